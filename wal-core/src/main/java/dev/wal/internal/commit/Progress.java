// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;
import java.time.Duration;

import dev.wal.Lsn;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import org.jspecify.annotations.Nullable;

/**
 * How far the log has been written and forced, and what stands in the way. Changed by
 * those who hold the locks of the {@link Committer}, and read by anybody without any.
 */
public final class Progress {

	private final Path directory;

	private volatile long writtenLsn;

	private volatile long durableLsn;

	/**
	 * Since when there has been something to force, in nanoTime, or 0 if there is
	 * nothing.
	 */
	private volatile long unforcedSince;

	private volatile @Nullable Throwable failure;

	private volatile @Nullable WalFullException full;

	/**
	 * Create the progress of a log that is durable as a whole.
	 */
	public Progress(Path directory, long lastLsn) {
		this.directory = directory;
		this.writtenLsn = lastLsn;
		this.durableLsn = lastLsn;
	}

	public long writtenLsn() {
		return this.writtenLsn;
	}

	public long durableLsn() {
		return this.durableLsn;
	}

	/**
	 * Return whether there is anything that was written and not forced.
	 */
	boolean owesForce() {
		return this.writtenLsn > this.durableLsn;
	}

	/**
	 * Records were written.
	 * @param lastLsn the LSN of the last one
	 * @param since when the write began, in nanoTime
	 */
	void written(long lastLsn, long since) {
		this.writtenLsn = lastLsn;
		if (this.unforcedSince == 0) {
			this.unforcedSince = since | 1;
		}
		this.full = null;
	}

	/**
	 * Records were forced.
	 * @param lastLsn the LSN of the last one
	 */
	void forced(long lastLsn) {
		this.durableLsn = lastLsn;
		// What was written meanwhile is younger than the force that just ended. Reset
		// first, look then; a write does it the other way round, so that one of the two
		// always sees the other.
		this.unforcedSince = 0;
		if (this.writtenLsn > lastLsn) {
			this.unforcedSince = System.nanoTime() | 1;
		}
	}

	/**
	 * Return for how long the oldest record has been written and not forced.
	 */
	public Duration oldestUnforced() {
		long since = this.unforcedSince;
		return (since == 0 || !owesForce()) ? Duration.ZERO : Duration.ofNanos(Math.max(0, System.nanoTime() - since));
	}

	/**
	 * Fail, for good.
	 * @return whether this is the first failure, which is the one that counts
	 */
	boolean fail(Throwable cause) {
		boolean first = this.failure == null;
		if (first) {
			this.failure = cause;
		}
		return first;
	}

	public @Nullable Throwable failure() {
		return this.failure;
	}

	boolean isFailed() {
		return this.failure != null;
	}

	/**
	 * Throw if the log failed.
	 */
	void checkNotFailed() {
		Throwable cause = this.failure;
		if (cause != null) {
			throw failed(cause);
		}
	}

	/**
	 * Return a new exception for one of those whose append failed.
	 */
	WalFailedException failed(Throwable cause) {
		return new WalFailedException("Writing the log in " + this.directory + " failed: " + cause.getMessage() + ".",
				Lsn.of(this.durableLsn), cause);
	}

	/**
	 * The disk is full, until something was written.
	 */
	public void full(WalFullException full) {
		this.full = full;
	}

	public @Nullable WalFullException full() {
		return this.full;
	}

}
