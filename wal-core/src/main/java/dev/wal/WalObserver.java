// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * Receives what the log does, for meters and the like. Methods are called on the threads
 * that append, some of them while they hold a lock of the log: they must be quick, and
 * must neither block, throw, nor call the log.
 */
public interface WalObserver {

	/**
	 * A call appended records.
	 * @param records the number of records
	 * @param bytes the number of payload bytes
	 * @param nanos how long the call took, the wait for the force included, in
	 * nanoseconds
	 */
	default void appended(int records, long bytes, long nanos) {
	}

	/**
	 * A block was written.
	 * @param records the number of records in it
	 * @param bytes its size on disk in bytes
	 * @param nanos how long the write took, in nanoseconds
	 */
	default void written(int records, int bytes, long nanos) {
	}

	/**
	 * Segment data was forced.
	 * @param nanos how long it took, in nanoseconds
	 */
	default void forced(long nanos) {
	}

	/**
	 * An append was rejected because the disk is full or too much is in flight.
	 * @param reason the exception that the caller gets
	 */
	default void rejected(WalException reason) {
	}

	/**
	 * The log was opened, rejects appends from now on, or accepts them again. Of several
	 * changes in a row perhaps only the last one is told.
	 * @param state the state now: {@link WalState#OPEN}, {@link WalState#FULL},
	 * {@link WalState#REJECTING} or {@link WalState#FAILED}
	 */
	default void stateChanged(WalState state) {
	}

	/**
	 * A write or force failed, and the log with it.
	 * @param cause the failure
	 */
	default void failed(Throwable cause) {
	}

}
