// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalFullException;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.WalState;
import dev.wal.internal.commit.CommitState.Rejection;
import dev.wal.internal.commit.CommitState.Trouble;
import dev.wal.internal.commit.Notes.Kind;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.thread.Breach;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the observer and the application's log what happened. Both are foreign code,
 * which may throw or block, so that they are called when no lock is held. What happens
 * under a lock is noted, without allocation, and told later by {@link #tell()}. One
 * thread at a time tells; if it is blocked, the others go on, and what there is no room
 * to note is left out.
 */
public final class Announcer {

	private static final Logger logger = LoggerFactory.getLogger(Announcer.class);

	private final Path directory;

	private final WalObserver observer;

	private final CommitState state;

	private final Counters counters;

	private final Notes underWriteLock = new Notes();

	private final Notes underForceLock = new Notes();

	private final SlowForces slowForces = new SlowForces();

	private final AtomicReference<@Nullable Thread> teller = new AtomicReference<>();

	/** A flag and no note: the last change of the state is never left out. */
	private final AtomicBoolean stateUntold = new AtomicBoolean(true);

	/** Only for the thread that tells. */
	private boolean failureTold;

	private final AtomicBoolean leftOutUntold = new AtomicBoolean(true);

	private final Breach logging = new Breach("The logging system");

	private final Breach compression = new Breach("The compression of a block");

	/**
	 * Create it.
	 * @param options have an observer that never throws
	 */
	public Announcer(WalOptions options, CommitState state, Counters counters) {
		this.directory = options.directory();
		this.observer = options.log().observer();
		this.state = state;
		this.counters = counters;
	}

	/**
	 * A block was written. Holds the write lock.
	 */
	void written(int records, int bytes, long nanos) {
		this.underWriteLock.add(Kind.WRITTEN, records, bytes, nanos, null);
	}

	/**
	 * A batch was rejected. Holds the write lock.
	 */
	void rejected(Supplier<WalException> reason) {
		later(() -> this.observer.rejected(reason.get()));
	}

	/**
	 * The log rejects appends from now on. Holds the write lock.
	 */
	void rejecting(WalException reason) {
		this.stateUntold.set(true);
		later(() -> tellRejecting(reason));
	}

	/**
	 * The log accepted a write, or could. Holds the write lock.
	 * @param rotated whether that was one to a new segment
	 */
	void accepted(boolean rotated) {
		Rejection ended = this.state.accepting(rotated);
		if (ended != null) {
			this.stateUntold.set(true);
			long rejected = this.counters.rejectedAppends.get() - ended.rejectedBefore();
			later(() -> tellAccepting(ended, rejected));
		}
	}

	/**
	 * The log was rotated. Holds the write lock.
	 */
	void rotated(Segment last, Segment next) {
		later(() -> logger.debug("Rotated from {} to {} at LSN {}", last, next, next.firstLsn()));
	}

	/**
	 * A block was not compressed, since that failed. Holds the write lock.
	 */
	void notCompressed(Throwable failure) {
		later(() -> this.compression.log(failure));
	}

	/**
	 * Tell something rare. Holds the write lock.
	 */
	private void later(Runnable other) {
		this.underWriteLock.add(Kind.OTHER, 0, 0, 0, other);
	}

	/**
	 * A segment was forced. Holds the force lock.
	 */
	void forced(long nanos) {
		this.underForceLock.add(Kind.FORCED, 0, 0, nanos, null);
	}

	/**
	 * A force took long. Holds the force lock.
	 * @param segment what was forced
	 * @param records how many records it made durable
	 */
	void slowForce(Segment segment, long nanos, long records) {
		this.underForceLock.add(Kind.OTHER, 0, 0, 0, () -> this.slowForces.ended(segment, nanos, records));
	}

	/**
	 * The log failed, for the reason that its state has.
	 */
	void failed() {
		this.stateUntold.set(true);
	}

	/**
	 * Return whether there is anything to tell.
	 */
	boolean hasNews() {
		return !this.underWriteLock.isEmpty() || !this.underForceLock.isEmpty() || this.stateUntold.get();
	}

	/**
	 * Return the thread that tells, or {@code null} if none does.
	 */
	@Nullable Thread teller() {
		return this.teller.get();
	}

	/**
	 * Tell what was noted, unless another thread is about to. Holds no lock. Never
	 * throws.
	 */
	public void tell() {
		// Again, since something may be noted while this thread stops telling.
		while (hasNews() && this.teller.compareAndSet(null, Thread.currentThread())) {
			try {
				tell(this.underWriteLock);
				tell(this.underForceLock);
				if (this.stateUntold.compareAndSet(true, false)) {
					tellState();
				}
			}
			finally {
				this.teller.set(null);
			}
		}
	}

	private void tell(Notes notes) {
		while (!notes.isEmpty()) {
			try {
				tell(notes.first());
			}
			catch (Throwable ex) {
				this.logging.log(ex);
			}
			finally {
				notes.remove();
			}
		}
		if (notes.hasLeftOut() && this.leftOutUntold.compareAndSet(true, false)) {
			this.logging.guard(() -> logger
				.warn("A WalObserver of the log in {} is too slow, and was not told of everything", this.directory));
		}
	}

	private void tell(Notes.Note note) {
		switch (note.kind) {
			case WRITTEN -> this.observer.written(note.records, note.bytes, note.nanos);
			case FORCED -> this.observer.forced(note.nanos);
			case OTHER -> {
				Runnable other = note.other;
				if (other != null) {
					other.run();
				}
			}
		}
	}

	private void tellRejecting(WalException reason) {
		if (reason instanceof WalFullException) {
			logger.warn("Disk full: the log in {} rejects appends until there is space", this.directory);
		}
		else {
			logger.warn("The log in {} rejects appends until the next segment can be created", this.directory, reason);
		}
	}

	private void tellAccepting(Rejection ended, long rejected) {
		long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - ended.since());
		logger.info("{} after {} s: the log in {} accepts appends again. {} append(s) were rejected",
				ended.isOfSpace() ? "There is space on the disk" : "The next segment could be created", seconds,
				this.directory, rejected);
	}

	private void tellState() {
		Throwable cause = this.state.failure();
		if (cause != null && !this.failureTold) {
			this.failureTold = true;
			tellFailure(cause);
		}
		Trouble trouble = this.state.trouble();
		this.observer.stateChanged((trouble != null) ? trouble.state() : WalState.OPEN);
	}

	private void tellFailure(Throwable cause) {
		this.observer.failed(cause);
		this.logging.guard(() -> logger.error(
				"The log in {} has failed and rejects all appends. Records up to LSN {} are on the disk",
				this.directory, Lsn.of(this.state.durableLsn()), cause));
	}

}
