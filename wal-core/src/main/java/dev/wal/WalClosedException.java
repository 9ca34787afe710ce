// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * The log, reader or follower was closed before or during the call.
 */
public class WalClosedException extends WalException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what is closed
	 */
	public WalClosedException(String message) {
		super(message);
	}

}
