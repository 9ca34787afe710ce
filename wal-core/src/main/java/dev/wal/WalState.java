// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What can be done with the log.
 */
public enum WalState {

	/**
	 * Appends are accepted.
	 */
	OPEN,

	/**
	 * The disk is full: appends that need space are rejected with a
	 * {@link WalFullException} until there is some. Reading, checkpoints and close work.
	 */
	FULL,

	/**
	 * The next segment cannot be created, for another reason than want of space: appends
	 * that need one are rejected with a {@link WalIoException} until it can. Reading,
	 * checkpoints and close work.
	 */
	REJECTING,

	/**
	 * A write or a force failed: every append is rejected until the log is closed and
	 * opened again. Records up to the durable LSN can be read.
	 */
	FAILED,

	/**
	 * The log is closed.
	 */
	CLOSED

}
