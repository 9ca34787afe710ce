// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

/**
 * The service is still recovering its orders.
 */
class NotRecoveredException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NotRecoveredException() {
		super("The service is still reading its orders from the log. Try again in a moment.");
	}

}
