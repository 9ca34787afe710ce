// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * How much of the log is verified when it is opened. The newest segment always is,
 * completely; that none is missing is always seen from their numbers; a record is
 * verified again whenever it is read.
 */
public enum RecoveryScan {

	/**
	 * Verify how the newest and the oldest segments are chained. How the others are is
	 * verified when they are first needed, what they contain when it is read. The time to
	 * open depends on the newest segment, not on the size of the log.
	 * {@link WalBuilder#openReadOnly()} verifies how all of them are chained.
	 */
	HEADERS,

	/**
	 * Verify every segment that holds records above the checkpoint.
	 */
	SINCE_CHECKPOINT,

	/**
	 * Verify every segment.
	 */
	FULL

}
