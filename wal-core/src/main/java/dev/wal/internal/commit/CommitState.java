// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalState;
import org.jspecify.annotations.Nullable;

/**
 * The last LSN that was written, the last one that is durable, and why the log rejects
 * appends if it does. Changed under the locks of the {@link Committer}, read without.
 */
public final class CommitState {

	private final Path directory;

	private volatile long writtenLsn;

	private volatile long durableLsn;

	/**
	 * When the oldest record that is not forced was written, in nanoTime, or 0 if there
	 * is none.
	 */
	private volatile long unforcedSince;

	private volatile @Nullable Throwable failure;

	/** When the log failed, in milliseconds since 1970. */
	private volatile long failedAt;

	/** Why appends are rejected, or {@code null} if they are not. */
	private volatile @Nullable Rejection rejection;

	/**
	 * Create the state of a log that is durable as a whole.
	 */
	public CommitState(Path directory, long lastLsn) {
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
	 * Return whether there is a record that was written and not forced.
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
	}

	/**
	 * Records were forced.
	 * @param lastLsn the LSN of the last one
	 */
	void forced(long lastLsn) {
		this.durableLsn = lastLsn;
		// What was written during the force is younger than its end. This resets first
		// and looks then; a write does it the other way round, so that one of the two
		// always sees the other.
		this.unforcedSince = 0;
		if (this.writtenLsn > lastLsn) {
			this.unforcedSince = System.nanoTime() | 1;
		}
	}

	/**
	 * Return how long ago the oldest record was written that is not forced.
	 */
	public Duration oldestUnforced() {
		long since = this.unforcedSince;
		return (since == 0 || !owesForce()) ? Duration.ZERO : Duration.ofNanos(Math.max(0, System.nanoTime() - since));
	}

	/**
	 * Fail the log.
	 * @return whether this is the first failure, which is the one that counts
	 */
	boolean fail(Throwable cause) {
		boolean first = this.failure == null;
		if (first) {
			this.failedAt = System.currentTimeMillis();
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
			throw failed();
		}
	}

	/**
	 * Return a new exception, for one append to the log that failed.
	 */
	WalFailedException failed() {
		Throwable cause = this.failure;
		String message = (cause != null) ? cause.getMessage() : null;
		if (message == null || !(cause instanceof WalException)) {
			String reason = (message != null || cause == null) ? message : cause.getClass().getSimpleName();
			message = "The log in " + this.directory + " has failed: " + reason + ".";
		}
		return new WalFailedException(message, Lsn.of(this.durableLsn), cause);
	}

	/**
	 * Note that appends are rejected, until a write succeeds.
	 * @param rejectedBefore how many appends had been rejected by now
	 * @return whether this is news: the first rejection, or one of another kind
	 */
	boolean rejecting(WalException reason, long rejectedBefore) {
		Rejection last = this.rejection;
		if (last == null) {
			this.rejection = new Rejection(reason, System.nanoTime(), System.currentTimeMillis(), rejectedBefore);
			return true;
		}
		this.rejection = new Rejection(reason, last.since(), last.at(), last.rejectedBefore());
		return last.reason().getClass() != reason.getClass();
	}

	/**
	 * Note that a write succeeded.
	 * @param rotated whether it went to a new segment
	 * @return the rejection that has ended, or {@code null} if there was none
	 */
	@Nullable Rejection accepting(boolean rotated) {
		Rejection ended = this.rejection;
		if (ended == null || (!ended.isOfSpace() && !rotated)) {
			return null;
		}
		this.rejection = null;
		return ended;
	}

	/**
	 * Return why appends are rejected, or {@code null} if they are not.
	 */
	public @Nullable WalException rejection() {
		Rejection rejection = this.rejection;
		return (rejection != null) ? rejection.reason() : null;
	}

	/**
	 * Return why the log does not accept every append, or {@code null} if it does.
	 */
	public @Nullable Trouble trouble() {
		Throwable failure = this.failure;
		if (failure != null) {
			return new Trouble(WalState.FAILED, failure, Instant.ofEpochMilli(this.failedAt));
		}
		Rejection rejection = this.rejection;
		if (rejection == null) {
			return null;
		}
		return new Trouble(rejection.isOfSpace() ? WalState.FULL : WalState.REJECTING, rejection.reason(),
				Instant.ofEpochMilli(rejection.at()));
	}

	/**
	 * What keeps the log from accepting every append, read at one moment.
	 *
	 * @param state the state that the log is in for that
	 * @param reason why it is
	 * @param since since when it is
	 */
	public record Trouble(WalState state, Throwable reason, Instant since) {
	}

	/**
	 * Why appends are rejected until a write succeeds.
	 *
	 * @param reason the last rejection
	 * @param since when the first one was, in nanoTime
	 * @param at the same, in milliseconds since 1970
	 * @param rejectedBefore how many appends had been rejected by then
	 */
	record Rejection(WalException reason, long since, long at, long rejectedBefore) {

		/**
		 * Return whether there was no space. Otherwise the next segment is missing, which
		 * only a rotation ends: a record that still fits into the active one proves
		 * nothing.
		 */
		boolean isOfSpace() {
			return this.reason instanceof WalFullException;
		}

	}

}
