// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import dev.wal.WalException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.segment.Preallocator;
import dev.wal.internal.segment.SegmentCreationException;
import dev.wal.internal.thread.DurableSignal;
import org.jspecify.annotations.Nullable;

/**
 * Ends batches that could not be written: rejects one for which there is no space, or
 * fails the log and with it all that wait. Then it tells those that wait.
 * <p>
 * After a write or a force failed nothing is written or forced again (PostgreSQL's
 * "fsyncgate": the kernel reports a failure once and marks the pages clean).
 * <p>
 * Whatever has happened, and however little memory there is, each batch ends here: to
 * fail allocates nothing, and calls no foreign code.
 */
public final class FailStop {

	private final Lock writeLock;

	private final Storage storage;

	private final WalOptions options;

	private final Preallocator preallocator;

	private final Intake intake;

	private final WrittenBatches written;

	private final CommitState state;

	private final Completions completions;

	private final DurableSignal signal;

	private final Counters counters;

	private final Announcer announcer;

	/** Makes an exception for an append that failed with the log. */
	private final Supplier<WalException> failed;

	/**
	 * Create it.
	 * @param writeLock the lock of the {@link Committer} that guards the written batches
	 */
	FailStop(Lock writeLock, Storage storage, WalOptions options, Preallocator preallocator, Intake intake,
			WrittenBatches written, CommitState state, Completions completions, DurableSignal signal, Counters counters,
			Announcer announcer) {
		this.writeLock = writeLock;
		this.storage = storage;
		this.options = options;
		this.preallocator = preallocator;
		this.intake = intake;
		this.written = written;
		this.state = state;
		this.completions = completions;
		this.signal = signal;
		this.counters = counters;
		this.announcer = announcer;
		this.failed = state::failed;
	}

	/**
	 * End a batch that was not written. Holds the write lock. Never throws.
	 * @param size how many bytes were to be written
	 * @param cause why they were not
	 */
	void end(Batch batch, int size, Throwable cause) {
		if (cause instanceof StorageFullException || cause instanceof SegmentCreationException) {
			reject(batch, size, cause);
		}
		else {
			fail(cause, batch);
		}
	}

	private void reject(Batch batch, int size, Throwable cause) {
		Supplier<WalException> reason = null;
		try {
			reason = rejection(size, cause);
			this.announcer.rejected(reason);
		}
		catch (Throwable ex) {
			// No memory to say why: it ends with a reason that says less.
		}
		this.counters.rejectedAppends.addAndGet(batch.count());
		if (cause instanceof StorageFullException) {
			this.counters.rejectedFull.addAndGet(batch.count());
		}
		end(batch, reason);
	}

	/**
	 * Note that the log rejects appends, until a write succeeds. Holds the write lock.
	 * @param needed how many bytes were to be written
	 * @param cause a {@link StorageFullException} or a {@link SegmentCreationException}
	 * @return makes a new exception for each append
	 */
	Supplier<WalException> rejection(long needed, Throwable cause) {
		Supplier<WalException> reason = reason(needed, cause);
		WalException last = reason.get();
		if (this.state.rejecting(last, this.counters.rejectedAppends.get())) {
			this.announcer.rejecting(last);
		}
		this.preallocator.wake();
		return reason;
	}

	private Supplier<WalException> reason(long needed, Throwable cause) {
		Path directory = this.options.directory();
		if (cause instanceof StorageFullException) {
			long usable = this.storage.usableSpace();
			return () -> new WalFullException(directory, needed, usable, cause);
		}
		Throwable why = cause.getCause();
		IOException failure = (why instanceof IOException io) ? io : new IOException(why);
		return () -> new WalIoException("create the next segment in", directory, failure);
	}

	/**
	 * Note that there is a next segment, which may have been missing. Holds no lock.
	 * @param space whether there is space where there was none
	 */
	public void recovered(boolean space) {
		WalException rejection = this.state.rejection();
		if (rejection != null && (space || !(rejection instanceof WalFullException))) {
			end(rejection);
		}
	}

	/**
	 * End the rejection of appends for want of space if there is space again: without
	 * appends nothing else would notice. Called now and then. Holds no lock.
	 */
	public void lookForSpace() {
		if (this.state.rejection() instanceof WalFullException full && hasSpace(full)) {
			end(full);
		}
	}

	/**
	 * Return whether there is more space than at the rejection, and enough. Where there
	 * was enough by then a quota or the like was the reason, of which the usable space
	 * says nothing; but who makes room under a quota makes it on the disk as well.
	 */
	private boolean hasSpace(WalFullException full) {
		long before = full.usableBytes();
		long needed = full.neededBytes() + ((before >= full.neededBytes()) ? before : 0);
		return before >= 0 && this.storage.usableSpace() >= needed;
	}

	private void end(WalException rejection) {
		this.writeLock.lock();
		try {
			if (this.state.rejection() == rejection) {
				this.announcer.accepted(true);
			}
		}
		finally {
			this.writeLock.unlock();
		}
		this.completions.tell();
	}

	/**
	 * Fail the log: something that it cannot do without has failed. Holds no lock.
	 */
	public void fail(Throwable cause) {
		fail(cause, null);
		this.completions.tell();
	}

	/**
	 * Fail the log, which rejects all appends from now on. Never throws.
	 * @param cause why
	 * @param covered the first of the batches that were being committed, or {@code null}
	 */
	void fail(Throwable cause, @Nullable Batch covered) {
		Batch filling;
		Batch unforced;
		this.writeLock.lock();
		try {
			this.intake.lock();
			try {
				if (this.state.fail(cause)) {
					this.counters.failures.incrementAndGet();
					this.announcer.failed();
				}
				filling = this.intake.fail();
			}
			finally {
				this.intake.unlock();
			}
			unforced = this.written.takeAll();
		}
		finally {
			this.writeLock.unlock();
		}
		endAll(covered);
		endAll(unforced);
		endAll(filling);
		this.completions.lookAgain();
		this.signal.advanced();
		this.preallocator.halt();
	}

	private void endAll(@Nullable Batch first) {
		for (Batch batch = first; batch != null; batch = batch.next) {
			end(batch, this.failed);
		}
	}

	private void end(Batch batch, @Nullable Supplier<WalException> reason) {
		if (batch.state() < Batch.DURABLE) {
			if (batch.isAwaited()) {
				this.intake.ended();
			}
			batch.fail(reason);
			this.completions.complete(batch);
		}
	}

}
