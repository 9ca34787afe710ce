// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What can be read of a log on any engine. Opened for reading only, it takes no lock,
 * changes nothing, works beside a live writer, and shows the log as it was at that
 * moment. Thread-safe.
 */
public interface WalView extends AutoCloseable {

	/**
	 * Read from a record on.
	 * @param from the LSN of the first record to read; may be one above the last
	 * @return a reader, to be closed
	 * @throws WalPositionException if the records from there on are no longer there or
	 * were never written
	 * @throws WalCorruptedException if a segment on the way to the record does not follow
	 * the one before it
	 * @throws WalIoException if such a segment cannot be read
	 * @throws WalClosedException if the log is closed
	 */
	WalReader read(Lsn from);

	/**
	 * Return the first LSN that can be read.
	 * @return the LSN, or {@link Lsn#NONE} if there is no record
	 */
	Lsn firstLsn();

	/**
	 * Return the LSN of the last record.
	 * @return the LSN, also if the record itself was deleted after a checkpoint;
	 * {@link Lsn#NONE} if there never was a record
	 */
	Lsn lastLsn();

	/**
	 * Return the highest LSN that is known to be durable.
	 * @return the LSN up to which every record is on the disk; of a log that is opened
	 * for reading only, what its blocks prove, which leaves out the last ones of a live
	 * or crashed log
	 */
	Lsn durableLsn();

	/**
	 * Return the last checkpoint.
	 * @return the LSN up to which the application has applied the log, or
	 * {@link Lsn#NONE}
	 */
	Lsn checkpointLsn();

	/**
	 * Return how the log ended when it was opened.
	 * @return the state of the tail
	 */
	TailState tailState();

	/**
	 * Return what opening the log found and did.
	 * @return the report
	 */
	RecoveryReport recoveryReport();

	/**
	 * Close the log. Idempotent.
	 */
	@Override
	void close();

}
