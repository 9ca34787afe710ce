// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.wal.Compression;
import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockCodec;
import dev.wal.internal.format.BlockCompressor;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.format.WriteBuffer;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.segment.Preallocator;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentCreationException;
import dev.wal.internal.segment.SegmentList;
import dev.wal.internal.segment.SegmentWriter;
import dev.wal.internal.thread.DurableSignal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * While one thread forces, the records of all others gather in the next batch. Who waits
 * for a force while nobody is about to commit leads: it writes and forces for everybody
 * who has come by then, so that a lone caller does both without any hand-over. When it is
 * done, one of those who came meanwhile leads; where none of them can, since they are
 * virtual threads or asynchronous appends, the {@link Flusher} does. Callers that need no
 * force take only the write lock, and so never wait for one.
 * <p>
 * After a write or a force failed nothing is written or forced again (PostgreSQL's
 * "fsyncgate": the kernel reports a failure once and marks the pages clean): everybody
 * who waits, and who comes later, is told.
 */
public final class Committer {

	private static final Logger logger = LoggerFactory.getLogger(Committer.class);

	private final Storage storage;

	private final WalOptions options;

	private final SegmentList segments;

	private final Preallocator preallocator;

	private final Intake intake;

	private final Progress progress;

	private final Completions completions;

	private final DurableSignal signal;

	private final Counters counters;

	private final Flusher flusher = new Flusher(this);

	private final ReentrantLock forceLock = new ReentrantLock();

	private final ReentrantLock writeLock = new ReentrantLock();

	/** The buffer of the next batch. Guarded by the write lock. */
	private WriteBuffer nextBuffer;

	/**
	 * Batches that were written and that somebody wants durable, linked. Guarded by the
	 * write lock.
	 */
	private @Nullable Batch firstWritten;

	private @Nullable Batch lastWritten;

	/** How many records the last commit made durable. */
	private volatile int lastCount;

	/** Guarded by the write lock. */
	private SegmentWriter active;

	private final Checksum checksum = new Checksum();

	private final BlockHeader header = new BlockHeader();

	private final @Nullable BlockCompressor compressor;

	/**
	 * Whether the last block in the log closes it, and nothing was written since. Guarded
	 * by the write lock.
	 */
	private boolean closed;

	public Committer(Storage storage, WalOptions options, RecoveredLog recovered, SegmentList segments,
			Preallocator preallocator, Intake intake, Progress progress, Completions completions, DurableSignal signal,
			Counters counters) {
		this.storage = storage;
		this.options = options;
		this.segments = segments;
		this.active = recovered.active();
		this.closed = recovered.report().cleanShutdown();
		this.preallocator = preallocator;
		this.intake = intake;
		this.nextBuffer = intake.newBuffer();
		this.compressor = compressor(options.log().compression());
		this.progress = progress;
		this.completions = completions;
		this.signal = signal;
		this.counters = counters;
	}

	private static @Nullable BlockCompressor compressor(Compression compression) {
		if (compression == Compression.NONE) {
			return null;
		}
		return new BlockCompressor(BlockCodec.of(compression));
	}

	public Flusher flusher() {
		return this.flusher;
	}

	/**
	 * Commit for everybody who waits, and pass the duty on to one of those who came
	 * meanwhile. Called by the one who has it.
	 */
	// Correct without the yield, only slower.
	@SuppressWarnings("ThreadPriorityCheck")
	void lead() {
		if (this.lastCount > 1) {
			// Those whom the last commit woke are about to append: let them join.
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
		release(covered);
	}

	/**
	 * Write and force all that was appended.
	 * @param needed whether that is still needed, once nobody else does it
	 */
	void commitIf(BooleanSupplier needed) {
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
		release(covered);
	}

	/**
	 * Wake those who wait for batches that have come to their end.
	 * @param batches the first of them, or {@code null}
	 */
	private void release(@Nullable Batch batches) {
		Batch batch = batches;
		while (batch != null) {
			// Whoever takes the batch next will link it elsewhere.
			Batch next = batch.next;
			batch.next = null;
			batch.wake();
			this.intake.leave(batch);
			batch = next;
		}
	}

	/**
	 * Write the batch being filled without forcing it, unless a rotation demands it.
	 */
	void writeOut() {
		boolean done;
		this.writeLock.lock();
		try {
			done = writeFilling(false);
		}
		finally {
			this.writeLock.unlock();
		}
		if (!done) {
			this.forceLock.lock();
			try {
				this.writeLock.lock();
				try {
					writeFilling(true);
				}
				finally {
					this.writeLock.unlock();
				}
			}
			finally {
				this.forceLock.unlock();
			}
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
				if (this.progress.isFailed()) {
					return null;
				}
				covered = takeWritten();
				writer = this.active;
				target = this.progress.writtenLsn();
				end = writer.position();
			}
			finally {
				this.writeLock.unlock();
			}
			if (target > this.progress.durableLsn()) {
				force(writer);
			}
			publish(writer.segment(), target, end, covered);
			return covered;
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex, covered);
			return null;
		}
	}

	/**
	 * Return the first of the batches that were written and that somebody wants durable.
	 * Holds the write lock.
	 */
	private @Nullable Batch takeWritten() {
		Batch first = this.firstWritten;
		this.firstWritten = null;
		this.lastWritten = null;
		return first;
	}

	private void addWritten(Batch batch) {
		Batch last = this.lastWritten;
		if (last == null) {
			this.firstWritten = batch;
		}
		else {
			last.next = batch;
		}
		this.lastWritten = batch;
	}

	private void force(SegmentWriter writer) throws IOException {
		long began = System.nanoTime();
		writer.force();
		long nanos = System.nanoTime() - began;
		this.counters.forces.incrementAndGet();
		this.counters.forceNanos.addAndGet(nanos);
		this.options.log().observer().forced(nanos);
	}

	/**
	 * Make known that records are durable: first to readers, then to those who wait.
	 * @param covered the first of the batches that are, to be released then
	 */
	private void publish(Segment segment, long target, long end, @Nullable Batch covered) {
		segment.readable(end);
		if (target > this.progress.durableLsn()) {
			this.progress.forced(target);
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
			if (!mayRotate && batch.count() > 0 && mustRotate(batch)) {
				return false;
			}
			this.intake.take(this.nextBuffer);
		}
		finally {
			this.intake.unlock();
		}
		int size = batch.blockSize();
		try {
			if (batch.count() > 0) {
				writeBatch(batch);
			}
			else {
				batch.written(this.progress.writtenLsn() + 1);
			}
		}
		catch (StorageFullException ex) {
			refuse(batch, noRoom(size, ex));
		}
		catch (SegmentCreationException ex) {
			refuse(batch,
					() -> new WalIoException("create the next segment in", this.storage.directory(), ex.getCause()));
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex, batch);
		}
		this.nextBuffer = batch.releaseBuffer();
		if (batch.isAwaited() && batch.state() == Batch.WRITTEN) {
			addWritten(batch);
		}
		else {
			this.intake.leave(batch);
		}
		return true;
	}

	private boolean mustRotate(Batch batch) {
		SegmentWriter writer = this.active;
		return this.options.files().segmentSize() > 0 && !writer.segment().isEmpty()
				&& writer.position() + batch.blockSize() + Format.CLOSE_BLOCK_SIZE > this.options.files().segmentSize();
	}

	private void writeBatch(Batch batch) throws IOException {
		SegmentWriter writer = this.active;
		boolean rotating = mustRotate(batch);
		if (rotating) {
			writer = nextWriter();
		}
		long firstLsn = this.progress.writtenLsn() + 1;
		long lastLsn = firstLsn + batch.count() - 1;
		this.header.firstLsn = firstLsn;
		this.header.timestamp = Format.nanos(this.options.log().clock().instant());
		this.header.durableLsn = this.progress.durableLsn();
		ByteBuffer block = batch.finish(this.header, writer.segment().header().salt(), writer.pendingStart(),
				this.compressor, this.checksum);
		int bytes = block.remaining();
		long began = System.nanoTime();
		writer.write(block, lastLsn);
		this.closed = false;
		long nanos = System.nanoTime() - began;
		this.progress.written(lastLsn, began);
		if (rotating) {
			activate(writer);
		}
		this.preallocator.appended(writer);
		this.counters.blocks.incrementAndGet();
		this.counters.appendedRecords.addAndGet(batch.count());
		this.counters.appendedBytes.addAndGet(batch.payloadBytes());
		this.counters.writtenBytes.addAndGet(bytes);
		this.options.log().observer().written(batch.count(), bytes, nanos);
		batch.written(firstLsn);
	}

	/**
	 * Have a writer for the next segment, with the active one durable, so that no segment
	 * is left with anything unforced. Holds all locks but the fill lock.
	 */
	private SegmentWriter nextWriter() throws IOException {
		SegmentWriter current = this.active;
		long lastLsn = this.progress.writtenLsn();
		if (this.progress.owesForce()) {
			force(current);
			Batch covered = takeWritten();
			publish(current.segment(), lastLsn, current.position(), covered);
			release(covered);
		}
		SegmentWriter next = this.preallocator.next(current.segment().number() + 1);
		next.startWith(new StartBlock(lastLsn + 1, current.segment().number(), lastLsn, current.position()));
		return next;
	}

	private void activate(SegmentWriter next) {
		SegmentWriter last = this.active;
		this.segments.add(next.segment());
		this.active = next;
		this.preallocator.rotated(last, next);
		this.counters.rotations.incrementAndGet();
		logger.debug("Rotated from {} to {} at LSN {}", last.segment(), next.segment(), next.segment().firstLsn());
	}

	/**
	 * Begin a new segment.
	 * @return {@code false} if the active one is empty
	 */
	public boolean rotate() {
		Batch covered = null;
		this.forceLock.lock();
		try {
			this.intake.lock();
			try {
				this.intake.batch();
			}
			finally {
				this.intake.unlock();
			}
			covered = commit();
			this.writeLock.lock();
			try {
				this.progress.checkNotFailed();
				return !this.active.segment().isEmpty() && rotateEmpty();
			}
			finally {
				this.writeLock.unlock();
			}
		}
		finally {
			this.forceLock.unlock();
			release(covered);
		}
	}

	private boolean rotateEmpty() {
		try {
			SegmentWriter next = nextWriter();
			StartBlock start = next.pendingStart();
			ByteBuffer block = Format.directBuffer(Format.START_BLOCK_SIZE);
			if (start != null) {
				start.encode(block, 0, next.segment().header().salt(),
						Format.nanos(this.options.log().clock().instant()), this.progress.durableLsn(), this.checksum);
			}
			next.write(block, this.progress.writtenLsn());
			this.closed = false;
			force(next);
			next.segment().readable(next.position());
			activate(next);
			return true;
		}
		catch (StorageFullException ex) {
			throw noRoom(Format.SEGMENT_HEADER_SIZE, ex).get();
		}
		catch (SegmentCreationException ex) {
			throw new WalIoException("create the next segment in", this.storage.directory(), ex.getCause());
		}
		catch (IOException | RuntimeException ex) {
			fail(ex, null);
			throw this.progress.failed(ex);
		}
	}

	private Supplier<WalException> noRoom(long needed, StorageFullException cause) {
		Path directory = this.options.directory();
		long usable = this.storage.usableSpace();
		if (this.progress.full() == null) {
			logger.warn("No room for the log in {}: appends are refused until there is", directory);
		}
		this.progress.full(new WalFullException(directory, needed, usable, cause));
		return () -> new WalFullException(directory, needed, usable, cause);
	}

	/**
	 * Tell everybody in a batch that nothing of it was written.
	 */
	private void refuse(Batch batch, Supplier<WalException> reason) {
		this.counters.rejectedAppends.addAndGet(batch.count());
		this.options.log().observer().rejected(reason.get());
		end(batch, reason);
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

	/**
	 * Fail for good.
	 * @param cause why
	 * @param covered the first of the batches that were on their way, or {@code null}
	 */
	public void fail(Throwable cause, @Nullable Batch covered) {
		boolean first;
		List<Batch> ended = new ArrayList<>();
		add(covered, ended);
		this.writeLock.lock();
		try {
			this.intake.lock();
			try {
				first = this.progress.fail(cause);
				Batch filling = this.intake.fail();
				if (filling != null) {
					ended.add(filling);
				}
			}
			finally {
				this.intake.unlock();
			}
			add(takeWritten(), ended);
		}
		finally {
			this.writeLock.unlock();
		}
		for (Batch batch : ended) {
			end(batch, () -> this.progress.failed(cause));
		}
		this.signal.advanced();
		if (first) {
			this.preallocator.halt();
			this.counters.failures.incrementAndGet();
			this.options.log().observer().failed(cause);
			logger.error("The log in {} failed and accepts nothing more; durable up to LSN {}",
					this.options.directory(), Lsn.of(this.progress.durableLsn()), cause);
		}
	}

	private static void add(@Nullable Batch first, List<Batch> batches) {
		for (Batch batch = first; batch != null; batch = batch.next) {
			batches.add(batch);
		}
	}

	/**
	 * Commit what is left, mark the log as closed, and cut off what was preallocated.
	 * @throws WalFailedException if that failed, now or earlier
	 */
	public void close() {
		this.forceLock.lock();
		try {
			release(commit());
			this.flusher.stop();
			this.writeLock.lock();
			try {
				if (!this.progress.isFailed()) {
					writeCloseBlock();
				}
			}
			catch (IOException | RuntimeException ex) {
				fail(ex, null);
			}
			finally {
				closeActive();
				this.writeLock.unlock();
			}
		}
		finally {
			this.forceLock.unlock();
		}
		this.flusher.join();
		this.progress.checkNotFailed();
	}

	private void closeActive() {
		try {
			this.active.close();
		}
		catch (IOException ex) {
			fail(ex, null);
		}
	}

	/**
	 * After a close block even the last records are proven to have been durable.
	 */
	private void writeCloseBlock() throws IOException {
		SegmentWriter writer = this.active;
		if (writer.pendingStart() != null || this.closed) {
			// Nothing was appended, ever or since the last close: nothing to prove.
			writer.trim();
			return;
		}
		ByteBuffer block = Format.directBuffer(Format.CLOSE_BLOCK_SIZE);
		BlockHeader close = new BlockHeader();
		close.kind = Format.KIND_CLOSE;
		close.firstLsn = this.progress.writtenLsn() + 1;
		close.timestamp = Format.nanos(this.options.log().clock().instant());
		close.durableLsn = this.progress.writtenLsn();
		close.encode(block, 0, writer.segment().header().salt(), this.checksum);
		try {
			writer.write(block, this.progress.writtenLsn());
			force(writer);
		}
		catch (StorageFullException ex) {
			logger.debug("No room to mark the log as closed", ex);
		}
		writer.trim();
	}

}
