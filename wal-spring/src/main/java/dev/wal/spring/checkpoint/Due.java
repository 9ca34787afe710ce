// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.checkpoint;

import java.time.Duration;

import dev.wal.Lsn;
import dev.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a task is due again: after enough time, enough records or enough bytes
 * since it was last done. Not thread-safe.
 */
public final class Due {

	private final Settings settings;

	private long doneAt = System.nanoTime();

	private long doneLsn;

	private long doneBytes;

	Due(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Return whether the task is due.
	 * @param status the current status of the log
	 * @param covered the LSN up to which the task was done, perhaps by an earlier run
	 * @param tolerance how much of the interval may be missing
	 * @return whether the task is due
	 */
	boolean isDue(WalStatus status, Lsn covered, Duration tolerance) {
		Long records = this.settings.records();
		Long bytes = this.settings.bytes();
		return System.nanoTime() - this.doneAt >= this.settings.interval().minus(tolerance).toNanos()
				|| (records != null && status.lastLsn().value() - Math.max(this.doneLsn, covered.value()) >= records)
				|| (bytes != null && status.statistics().writtenBytes() - this.doneBytes >= bytes);
	}

	/**
	 * Start to count again, because the task was done or has failed.
	 * @param status the status of the log before the task
	 */
	void done(WalStatus status) {
		this.doneAt = System.nanoTime();
		this.doneLsn = status.lastLsn().value();
		this.doneBytes = status.statistics().writtenBytes();
	}

	/**
	 * The limits after which a task is due.
	 *
	 * @param interval the longest time between two runs
	 * @param records the number of appended records, or {@code null} for no such limit
	 * @param bytes the number of written bytes, or {@code null} for no such limit
	 */
	public record Settings(Duration interval, @Nullable Long records, @Nullable Long bytes) {

		/** Time between two checks, where the number of records or bytes counts too. */
		private static final Duration LOOK = Duration.ofSeconds(1);

		/**
		 * Return the time between two checks.
		 * @return the time
		 */
		Duration tick() {
			boolean more = this.records != null || this.bytes != null;
			return (more && this.interval.compareTo(LOOK) > 0) ? LOOK : this.interval;
		}

	}

}
