// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Reads the history from an LSN on and then what is appended, without gap or duplicate,
 * and never a record that is not yet durable.
 * <p>
 * An open follower holds back the deletion of the segments that it has yet to read: close
 * it. Not thread-safe, but for {@link #close()}, which any thread may call.
 */
public interface WalFollower extends AutoCloseable {

	/**
	 * Return the next record, and wait for it up to a time.
	 * @param timeout how long to wait; zero does not wait
	 * @return the record, or {@code null} if none became durable in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 * @throws WalClosedException if this follower or the log is closed
	 * @throws WalCorruptedException if the next record is damaged
	 * @throws WalIoException if the next record cannot be read
	 */
	@Nullable WalRecord poll(Duration timeout) throws InterruptedException;

	/**
	 * Return the next record, and wait for it without a limit.
	 * @return the record
	 * @throws InterruptedException if the thread is interrupted while it waits
	 * @throws WalClosedException if this follower or the log is closed
	 * @throws WalCorruptedException if the next record is damaged
	 * @throws WalIoException if the next record cannot be read
	 */
	WalRecord take() throws InterruptedException;

	/**
	 * Return the LSN of the record that comes next.
	 * @return the position
	 */
	Lsn position();

	/**
	 * Release the files, and wake a thread that waits for a record: it gets a
	 * {@link WalClosedException}. Idempotent.
	 */
	@Override
	void close();

}
