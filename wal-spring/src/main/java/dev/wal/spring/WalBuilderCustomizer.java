// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import dev.wal.WalBuilder;

/**
 * Changes the settings of the auto-configured log. Beans of this type are called in their
 * order, after the {@code wal.*} properties are applied and before the log is opened.
 */
@FunctionalInterface
public interface WalBuilderCustomizer {

	/**
	 * Customize the builder.
	 * @param builder the builder of the log
	 */
	void customize(WalBuilder builder);

}
