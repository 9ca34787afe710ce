// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.wal.Lsn;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends batches that could not be written: rejects one for which there is no space, or
 * fails the log and with it all that wait. Then it tells those that wait.
 * <p>
 * After a write or a force failed nothing is written or forced again (PostgreSQL's
 * "fsyncgate": the kernel reports a failure once and marks the pages clean).
 */
final class FailStop {

	private static final Logger logger = LoggerFactory.getLogger(FailStop.class);

	private final ReentrantLock writeLock;

	private final Storage storage;

	private final WalOptions options;

	private final Preallocator preallocator;

	private final Intake intake;

	private final WrittenBatches written;

	private final CommitState state;

	private final Completions completions;

	private final DurableSignal signal;

	private final Counters counters;

	/**
	 * Create it.
	 * @param writeLock the lock of the {@link Committer} that guards the written batches
	 */
	FailStop(ReentrantLock writeLock, Storage storage, WalOptions options, Preallocator preallocator, Intake intake,
			WrittenBatches written, CommitState state, Completions completions, DurableSignal signal,
			Counters counters) {
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
	}

	/**
	 * Reject a batch: the disk is full.
	 */
	void reject(Batch batch, int size, StorageFullException cause) {
		reject(batch, diskFull(size, cause));
	}

	/**
	 * Reject a batch: there is no segment for it.
	 */
	void reject(Batch batch, SegmentCreationException cause) {
		reject(batch, () -> noSegment(cause));
	}

	private void reject(Batch batch, Supplier<WalException> reason) {
		this.counters.rejectedAppends.addAndGet(batch.count());
		this.options.log().observer().rejected(reason.get());
		end(batch, reason);
	}

	/**
	 * Note that the disk is full.
	 * @param needed how many bytes were to be written
	 * @return makes a new exception for each append
	 */
	Supplier<WalException> diskFull(long needed, StorageFullException cause) {
		Path directory = this.options.directory();
		long usable = this.storage.usableSpace();
		if (this.state.full() == null) {
			logger.warn("Disk full: the log in {} rejects appends until there is space", directory);
		}
		this.state.full(new WalFullException(directory, needed, usable, cause));
		return () -> new WalFullException(directory, needed, usable, cause);
	}

	WalIoException noSegment(SegmentCreationException cause) {
		return new WalIoException("create the next segment in", this.storage.directory(), cause.getCause());
	}

	/**
	 * Fail the log, which rejects all appends from now on.
	 * @param cause why
	 * @param covered the first of the batches that were being committed, or {@code null}
	 */
	void fail(Throwable cause, @Nullable Batch covered) {
		boolean first;
		List<Batch> ended = new ArrayList<>();
		add(covered, ended);
		this.writeLock.lock();
		try {
			this.intake.lock();
			try {
				first = this.state.fail(cause);
				Batch filling = this.intake.fail();
				if (filling != null) {
					ended.add(filling);
				}
			}
			finally {
				this.intake.unlock();
			}
			add(this.written.takeAll(), ended);
		}
		finally {
			this.writeLock.unlock();
		}
		for (Batch batch : ended) {
			end(batch, () -> this.state.failed(cause));
		}
		this.signal.advanced();
		if (first) {
			this.preallocator.halt();
			this.counters.failures.incrementAndGet();
			this.options.log().observer().failed(cause);
			logger.error("The log in {} has failed and rejects all appends. Records up to LSN {} are on the disk",
					this.options.directory(), Lsn.of(this.state.durableLsn()), cause);
		}
	}

	private static void add(@Nullable Batch first, List<Batch> batches) {
		for (Batch batch = first; batch != null; batch = batch.next) {
			batches.add(batch);
		}
	}

	private void end(Batch batch, Supplier<WalException> reason) {
		if (batch.state() >= Batch.DURABLE) {
			return;
		}
		if (batch.isAwaited()) {
			this.intake.ended();
		}
		batch.fail(reason);
		this.completions.complete(batch);
	}

}
