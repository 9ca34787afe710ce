package dev.wal.spring.checkpoint;

import java.time.Duration;

import dev.wal.Lsn;
import dev.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether something is due again: when enough time has passed since it was done
 * last, or enough was appended. Not thread-safe.
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
	 * Return whether it is due.
	 * @param covered the LSN up to which it was done already, maybe by an earlier run
	 * @param tolerance how much earlier than the interval is as good
	 */
	boolean isDue(WalStatus status, Lsn covered, Duration tolerance) {
		Long records = this.settings.records();
		Long bytes = this.settings.bytes();
		return System.nanoTime() - this.doneAt >= this.settings.interval().minus(tolerance).toNanos()
				|| (records != null && status.lastLsn().value() - Math.max(this.doneLsn, covered.value()) >= records)
				|| (bytes != null && status.statistics().writtenBytes() - this.doneBytes >= bytes);
	}

	/**
	 * Begin anew: it was done, or tried.
	 * @param status how the log was before
	 */
	void done(WalStatus status) {
		this.doneAt = System.nanoTime();
		this.doneLsn = status.lastLsn().value();
		this.doneBytes = status.statistics().writtenBytes();
	}

	/**
	 * How much is enough.
	 *
	 * @param interval the longest time in between
	 * @param records the number of records appended, or {@code null} for any number
	 * @param bytes the bytes written to the log, or {@code null} for any number
	 */
	public record Settings(Duration interval, @Nullable Long records, @Nullable Long bytes) {

		/** How often the log is looked at where more than the time decides. */
		private static final Duration LOOK = Duration.ofSeconds(1);

		/**
		 * Return the time after which to look again.
		 */
		Duration tick() {
			boolean more = this.records != null || this.bytes != null;
			return (more && this.interval.compareTo(LOOK) > 0) ? LOOK : this.interval;
		}

	}

}
