// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that the log throws. Messages say what happened, where, and what
 * to do; they never contain a payload.
 */
public class WalException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 */
	public WalException(String message) {
		super(message);
	}

	/**
	 * Create an exception.
	 * @param message what happened, where, and what to do
	 * @param cause why it happened, or {@code null}
	 */
	public WalException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
