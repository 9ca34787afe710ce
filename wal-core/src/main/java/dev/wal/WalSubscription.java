// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The delivery of records to one {@link WalRecordListener}.
 */
public interface WalSubscription extends AutoCloseable {

	/**
	 * Return the LSN of the record that the listener is given next.
	 * @return the position
	 */
	Lsn position();

	/**
	 * Return how often the listener threw.
	 * @return the number of failed deliveries
	 */
	long failureCount();

	/**
	 * Return what stopped or held up the delivery last.
	 * @return the last failure, or {@code null} if there was none
	 */
	@Nullable Throwable lastFailure();

	/**
	 * Return for how long the listener has had the record at {@link #position()}, all
	 * attempts and the pauses between them included. A long time means that the listener
	 * is blocked or keeps failing.
	 * @return the time, zero if the listener has no record
	 */
	Duration heldUpFor();

	/**
	 * Return whether records are still delivered. Delivery ends with {@link #close()},
	 * with the log, or when the log cannot be read any more.
	 * @return {@code true} while it goes on
	 */
	boolean isActive();

	/**
	 * End the delivery. A delivery under way is waited for, unless the listener itself
	 * calls this, and for no longer than the close timeout of the log. Idempotent.
	 */
	@Override
	void close();

}
