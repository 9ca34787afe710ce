// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import dev.wal.WalException;

/**
 * Bytes are not a record of a trace journal.
 */
public class TraceFormatException extends WalException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param reason what is wrong with them, as a phrase
	 */
	public TraceFormatException(String reason) {
		super("The payload is not a record of a trace journal: " + reason + ".");
	}

}
