// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

/**
 * Adds names for classes that cannot be annotated with {@link WalType @WalType}. Beans of
 * this type are called in their order when the application starts.
 */
@FunctionalInterface
public interface WalTypesCustomizer {

	/**
	 * Add types.
	 * @param types takes them
	 */
	void customize(WalTypes.Builder types);

}
