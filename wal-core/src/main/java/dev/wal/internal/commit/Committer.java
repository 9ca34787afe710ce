// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import dev.wal.WalFailedException;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockEncoder;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.segment.Preallocator;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentCreationException;
import dev.wal.internal.segment.SegmentList;
import dev.wal.internal.segment.SegmentWriter;
import dev.wal.internal.thread.DurableSignal;
import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.SureLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches and forces them: group commit.
 * <p>
 * Three locks guard the three steps of an append, always taken in this order:
 * <ul>
 * <li>the force lock, held during a force</li>
 * <li>the write lock, held during a write, never during a force but for one at a
 * rotation</li>
 * <li>the lock of the {@link Intake}, held while a record is copied into the batch being
 * filled</li>
 * </ul>
 * While one thread forces, the records of all others gather in the next batch. A thread
 * that waits for a force while nobody is about to commit leads: it writes and forces for
 * all that have come by then, so that a lone caller does both without any hand-over. Then
 * one of those that came during the force leads; where none of them can, since they are
 * virtual threads or asynchronous appends, the {@link Flusher} does. Callers that need no
 * force take only the write lock, and so never wait for one.
 * <p>
 * What happens when a write or a force fails is the job of {@link FailStop}.
 */
public final class Committer {

	private final Intake intake;

	private final CommitState state;

	private final Completions completions;

	private final DurableSignal signal;

	private final Announcer announcer;

	private final Flusher flusher;

	private final SureLock forceLock = new SureLock();

	private final SureLock writeLock = new SureLock();

	/** Guarded by the write lock. */
	private final ActiveSegment active;

	/** Guarded by the write lock. */
	private final WrittenBatches written = new WrittenBatches();

	private final FailStop failStop;

	/** The encoder of the next batch. Guarded by the write lock. */
	private BlockEncoder nextEncoder;

	/** How many records the last commit made durable. */
	private volatile int lastCount;

	public Committer(Storage storage, WalOptions options, RecoveredLog recovered, SegmentList segments,
			Preallocator preallocator, Intake intake, CommitState state, Completions completions, DurableSignal signal,
			Counters counters, Announcer announcer, LogThread thread) {
		this.intake = intake;
		this.nextEncoder = intake.newEncoder();
		this.state = state;
		this.completions = completions;
		this.signal = signal;
		this.announcer = announcer;
		this.active = new ActiveSegment(options, recovered, segments, preallocator, state, counters, announcer);
		this.failStop = new FailStop(this.writeLock, storage, options, preallocator, intake, this.written, state,
				completions, signal, counters, announcer);
		this.flusher = new Flusher(this::takeTurn, this.failStop::fail, thread);
	}

	public Flusher flusher() {
		return this.flusher;
	}

	public FailStop failStop() {
		return this.failStop;
	}

	/**
	 * Have the observer told what happened. Holds no lock.
	 */
	private void tell() {
		if (this.flusher.isCurrent()) {
			// Foreign code may block, and others rely on this thread.
			this.completions.tell();
		}
		else {
			this.announcer.tell();
		}
	}

	/**
	 * Do what the flusher is there for.
	 * @return whether there may be more to do at once
	 */
	private boolean takeTurn() {
		if (this.flusher.takeLead()) {
			lead();
			return true;
		}
		writeOut();
		if (this.flusher.isForceDue()) {
			commitIf(this.flusher::isForceDue);
			return true;
		}
		return false;
	}

	/**
	 * Commit for all that wait, and pass the duty on to one of those that came during the
	 * commit. Called by the thread that has it.
	 */
	// Correct without the yield, only slower.
	@SuppressWarnings("ThreadPriorityCheck")
	void lead() {
		if (this.lastCount > 1) {
			// Those that the last commit woke are about to append: let them join.
			Thread.yield();
		}
		Batch covered = null;
		Thread next;
		this.forceLock.lock();
		try {
			if (this.intake.isAwaited()) {
				covered = commit();
			}
		}
		finally {
			this.forceLock.unlock();
			// Before the others are woken: the disk waits for the next leader only.
			next = this.intake.passLead(this.flusher.thread());
			if (next == this.flusher.thread()) {
				this.flusher.lead();
			}
			else {
				LockSupport.unpark(next);
			}
		}
		this.intake.release(covered);
		tell();
	}

	/**
	 * Write and force all that was appended. Never throws.
	 * @param needed whether that is still needed, once nobody else does it
	 */
	public void commitIf(BooleanSupplier needed) {
		Batch covered = null;
		this.forceLock.lock();
		try {
			if (needed.getAsBoolean()) {
				covered = commit();
			}
		}
		finally {
			this.forceLock.unlock();
		}
		this.intake.release(covered);
		this.completions.tell();
	}

	/**
	 * Write the batch being filled without forcing it, unless a rotation demands it.
	 */
	void writeOut() {
		if (!lockAndWrite(false)) {
			this.forceLock.lock();
			try {
				lockAndWrite(true);
			}
			finally {
				this.forceLock.unlock();
			}
		}
		tell();
	}

	private boolean lockAndWrite(boolean mayRotate) {
		this.writeLock.lock();
		try {
			return writeFilling(mayRotate);
		}
		finally {
			this.writeLock.unlock();
		}
	}

	/**
	 * Write the batch being filled and force everything written. Holds the force lock.
	 * @return the first of the batches that are to be released
	 */
	private @Nullable Batch commit() {
		this.flusher.forcing();
		Batch covered = null;
		try {
			SegmentWriter writer;
			long target;
			long end;
			this.writeLock.lock();
			try {
				writeFilling(true);
				if (this.state.isFailed()) {
					return null;
				}
				covered = this.written.takeAll();
				writer = this.active.writer();
				target = this.state.writtenLsn();
				end = writer.position();
			}
			finally {
				this.writeLock.unlock();
			}
			if (target > this.state.durableLsn()) {
				this.active.force(writer);
			}
			publish(writer.segment(), target, end, covered);
		}
		catch (Throwable ex) {
			this.failStop.fail(ex, covered);
		}
		return covered;
	}

	/**
	 * Make known that records are durable: first to readers, then to those that wait.
	 * @param covered the first of the batches that are, to be released then
	 */
	private void publish(Segment segment, long target, long end, @Nullable Batch covered) {
		this.active.end().set(target, segment, end);
		if (target > this.state.durableLsn()) {
			this.state.forced(target);
			this.signal.advanced();
		}
		int count = 0;
		for (Batch batch = covered; batch != null; batch = batch.next) {
			count += batch.count();
			this.intake.ended();
			batch.durable();
			this.completions.complete(batch);
		}
		this.lastCount = count;
	}

	/**
	 * Write the batch being filled. Holds the write lock.
	 * @param mayRotate whether the force lock is held, too
	 * @return {@code false} if nothing was done because it takes a rotation
	 */
	private boolean writeFilling(boolean mayRotate) {
		Batch batch;
		this.intake.lock();
		try {
			batch = this.intake.peek();
			if (batch.isIdle()) {
				return true;
			}
			if (!mayRotate && batch.count() > 0 && this.active.mustRotate(batch)) {
				return false;
			}
			this.intake.take(this.nextEncoder);
		}
		finally {
			this.intake.unlock();
		}
		int size = batch.blockSize();
		try {
			if (batch.count() > 0) {
				write(batch);
			}
			else {
				batch.written(this.state.writtenLsn() + 1);
			}
		}
		catch (Throwable ex) {
			this.failStop.end(batch, size, ex);
		}
		finally {
			this.nextEncoder = batch.releaseEncoder();
			if (batch.isAwaited() && batch.state() == Batch.WRITTEN) {
				this.written.add(batch);
			}
			else {
				this.intake.leave(batch);
			}
		}
		return true;
	}

	private void write(Batch batch) throws IOException {
		boolean rotate = this.active.mustRotate(batch);
		if (rotate) {
			forceWritten();
		}
		this.active.write(batch, rotate);
	}

	/**
	 * Force what was written and is not durable, before a rotation: no segment is left
	 * with anything unforced. Holds the force lock and the write lock.
	 */
	private void forceWritten() throws IOException {
		if (this.state.owesForce()) {
			SegmentWriter writer = this.active.writer();
			this.active.force(writer);
			Batch covered = this.written.takeAll();
			publish(writer.segment(), this.state.writtenLsn(), writer.position(), covered);
			this.intake.release(covered);
		}
	}

	/**
	 * Start a new segment.
	 * @return {@code false} if the active one is empty
	 */
	public boolean rotate() {
		Batch covered = null;
		this.forceLock.lock();
		try {
			this.intake.checkAccepting();
			covered = commit();
			this.writeLock.lock();
			try {
				this.state.checkNotFailed();
				return !this.active.isEmpty() && rotateEmpty();
			}
			finally {
				this.writeLock.unlock();
			}
		}
		finally {
			this.forceLock.unlock();
			this.intake.release(covered);
			tell();
		}
	}

	private boolean rotateEmpty() {
		try {
			forceWritten();
			this.active.rotate();
			return true;
		}
		catch (StorageFullException | SegmentCreationException ex) {
			throw this.failStop.rejection(Format.SEGMENT_HEADER_SIZE, ex).get();
		}
		catch (Throwable ex) {
			this.failStop.fail(ex, null);
			throw this.state.failed();
		}
	}

	/**
	 * Mark the log as closed, and truncate the unused end of the active segment. All that
	 * was appended is committed.
	 * @throws WalFailedException if that failed, now or earlier
	 */
	public void close() {
		this.flusher.stop();
		this.forceLock.lock();
		this.writeLock.lock();
		try {
			this.active.close(!this.state.isFailed());
		}
		catch (Throwable ex) {
			this.failStop.fail(ex, null);
		}
		finally {
			this.writeLock.unlock();
			this.forceLock.unlock();
		}
		this.flusher.join();
		this.intake.end(this.nextEncoder);
	}

}
