// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import org.jspecify.annotations.Nullable;

/**
 * A setting has a value that cannot work, alone or together with another setting. Nothing
 * was changed.
 */
public class WalConfigurationException extends WalException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final transient @Nullable Object value;

	/**
	 * Create an exception.
	 * @param property the setting, in kebab case as in {@code segment-size}
	 * @param value its value
	 * @param reason what is wrong with it, as a phrase
	 */
	public WalConfigurationException(String property, @Nullable Object value, String reason) {
		super("The setting '" + property + "' is " + value + ", but " + reason + ".");
		this.property = property;
		this.value = value;
	}

	/**
	 * Return the setting.
	 * @return its name in kebab case
	 */
	public String property() {
		return this.property;
	}

	/**
	 * Return the value that cannot work.
	 * @return the value
	 */
	public @Nullable Object value() {
		return this.value;
	}

	static void checkRange(String property, int value, int min, int max) {
		if (value < min || value > max) {
			throw new WalConfigurationException(property, value, "must be from " + min + " to " + max + " bytes");
		}
	}

}
