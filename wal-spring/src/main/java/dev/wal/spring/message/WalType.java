// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a class its name in the log. The name stays when the class is renamed or moved.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WalType {

	/**
	 * The name in the log: 1 to 100 of {@code a-z}, {@code 0-9}, {@code .} and {@code -},
	 * beginning with a letter. No other class may have it.
	 * @return the name
	 */
	String value();

	/**
	 * The version, from 1 to 65535. Raise it when the JSON of older records no longer
	 * reads as the class, and add a {@link WalUpcaster}.
	 * @return the version
	 */
	int version() default 1;

	/**
	 * Names that records of this class had before.
	 * @return the names
	 */
	String[] formerNames() default {};

}
