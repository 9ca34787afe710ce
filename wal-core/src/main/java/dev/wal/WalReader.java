// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.util.Iterator;

/**
 * Reads records in LSN order, up to the durable LSN at the time it was opened, while
 * appends continue. Needs memory for one block at a time, however large the log is.
 * <p>
 * An open reader holds back the deletion of the segments that it has yet to read: read it
 * to its end or close it. Not thread-safe.
 */
public interface WalReader extends Iterable<WalRecord>, AutoCloseable {

	/**
	 * Return the one iterator of this reader: it continues where the last call to it
	 * stopped. Its methods throw {@link WalCorruptedException} where acknowledged data is
	 * damaged, {@link WalIoException} where a file cannot be read, and
	 * {@link WalClosedException} once the reader is closed. The end of the iteration
	 * means the end of the log, never an error.
	 * @return the iterator
	 */
	@Override
	Iterator<WalRecord> iterator();

	/**
	 * Show all records that are left to a visitor. Allocates nothing per record, and
	 * copies none: the fastest way to read. Throws what the iterator throws, and what the
	 * visitor does.
	 * @param visitor is called once for each record, on this thread
	 * @return the number of records shown
	 */
	long visitRemaining(WalRecordVisitor visitor);

	/**
	 * Return the LSN of the record that comes next.
	 * @return the position, one above {@link #endLsn()} once everything was read
	 */
	Lsn position();

	/**
	 * Return the LSN of the last record that this reader will deliver.
	 * @return the durable LSN at the time of opening
	 */
	Lsn endLsn();

	/**
	 * Release the files. Idempotent.
	 */
	@Override
	void close();

}
