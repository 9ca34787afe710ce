// SPDX-License-Identifier: Apache-2.0
package dev.wal.message;

import dev.wal.WalException;

/**
 * A record has the type of a message, but its payload has no envelope. Another program,
 * or an append of raw bytes under this type, wrote it.
 */
public class MessageFormatException extends WalException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param location where the message is, such as "The message at LSN 7"
	 * @param reason what is wrong with it, as a phrase; nothing of its content
	 */
	public MessageFormatException(String location, String reason) {
		super(location + " has no valid envelope: " + reason + ". Only messages may have the record type "
				+ MessageEnvelope.RECORD_TYPE + ".");
	}

}
