// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import dev.wal.WalException;
import org.jspecify.annotations.Nullable;

/**
 * A value cannot be appended, or a record cannot be read as a value. The message names
 * the type and the place, never the content. When an append throws it, nothing was
 * appended.
 */
public class WalTypeException extends WalException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String type;

	/**
	 * Create an exception.
	 * @param type the name of the type, or {@code null} if it has none
	 * @param message what happened, and what to do; nothing of the content
	 */
	public WalTypeException(@Nullable String type, String message) {
		super(message);
		this.type = type;
	}

	/**
	 * Return the type.
	 * @return its name in the log, or {@code null} if it has none
	 */
	public @Nullable String type() {
		return this.type;
	}

}
