package dev.wal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.Overflow;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalClosedException;
import dev.wal.WalException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.WalOverloadedException;
import dev.wal.io.Storage;
import dev.wal.io.StorageFullException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records: group commit with natural batching.
 * <p>
 * Three locks guard the three steps of an append, always taken in this order:
 * <ul>
 * <li>the force lock, held during a force</li>
 * <li>the write lock, held during a write, never during a force but for one at a
 * rotation</li>
 * <li>the fill lock, held while a record is copied into the batch being filled</li>
 * </ul>
 * While one thread forces, the records of all others gather in the next batch. Who finds
 * the force lock free commits that batch itself, for everybody in it: a lone caller
 * writes and forces without any hand-over. Who does not, waits; when the force is over,
 * the flusher thread commits what has gathered. Callers that need no force take only the
 * write lock, and so never wait for one. Virtual threads only ever wait.
 * <p>
 * After a write or a force failed nothing is written or forced again (PostgreSQL's
 * "fsyncgate": the kernel reports a failure once and marks the pages clean): everybody
 * who waits, and who comes later, is told.
 */
final class Appender {

	private static final Logger logger = LoggerFactory.getLogger(Appender.class);

	/** Every segment has room for the block that closes the log. */
	private static final int CLOSE_BLOCK_SIZE = Format.BLOCK_HEADER_SIZE;

	private final Storage storage;

	private final WalOptions options;

	private final SegmentList segments;

	private final Preparer preparer;

	private final Completions completions;

	private final DurableSignal signal;

	private final Counters counters;

	private final ReentrantLock forceLock = new ReentrantLock();

	private final ReentrantLock writeLock = new ReentrantLock();

	private final ReentrantLock fillLock = new ReentrantLock();

	private final Condition room = this.fillLock.newCondition();

	private final int softLimit;

	private final Flusher flusher = new Flusher();

	private final Thread flusherThread;

	/** The batch being filled. Guarded by the fill lock. */
	private Batch filling;

	/** The buffer of the next batch. Guarded by the write lock. */
	private WriteBuffer nextBuffer;

	/**
	 * Batches that were written and that somebody wants durable. Guarded by the write
	 * lock.
	 */
	private List<Batch> written = new ArrayList<>();

	/** Changed under the write lock. */
	private volatile SegmentWriter active;

	private final Checksum checksum = new Checksum();

	private final BlockHeader header = new BlockHeader();

	/** How many batches somebody wants durable that are not. */
	private final AtomicInteger awaitedBatches = new AtomicInteger();

	/** When the next force is due, in nanoTime, or 0 if none is. */
	private final AtomicLong forceDue = new AtomicLong();

	private final AtomicLong inFlight = new AtomicLong();

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
	 * Whether the last block in the log closes it, and nothing was written since. Guarded
	 * by the write lock.
	 */
	private boolean closed;

	/** Guarded by the fill lock. */
	private boolean closing;

	Appender(Storage storage, WalOptions options, SegmentList segments, SegmentWriter active, long lastLsn,
			boolean closed, Preparer preparer, Completions completions, DurableSignal signal, Counters counters) {
		this.storage = storage;
		this.options = options;
		this.segments = segments;
		this.active = active;
		this.writtenLsn = lastLsn;
		this.durableLsn = lastLsn;
		this.closed = closed;
		this.preparer = preparer;
		this.completions = completions;
		this.signal = signal;
		this.counters = counters;
		long capacity = options.segmentSize() - Format.SEGMENT_HEADER_SIZE - Format.START_BLOCK_SIZE
				- Format.BLOCK_HEADER_SIZE - CLOSE_BLOCK_SIZE - 8;
		this.softLimit = (options.segmentSize() == 0) ? options.writeBufferSize()
				: (int) Math.min(options.writeBufferSize(), capacity);
		this.filling = new Batch(new WriteBuffer(this.softLimit), this.softLimit);
		this.nextBuffer = new WriteBuffer(this.softLimit);
		this.flusherThread = new Thread(this.flusher, "wal-flusher");
		this.flusherThread.setDaemon(true);
	}

	void start() {
		this.flusherThread.start();
	}

	// ---- what callers do

	Lsn append(int type, byte[] payload, SyncPolicy policy) {
		return append(Format.RECORD_HEADER_SIZE + (long) payload.length, policy, (batch) -> batch.add(type, payload));
	}

	Lsn append(int type, ByteBuffer payload, SyncPolicy policy) {
		return append(Format.RECORD_HEADER_SIZE + (long) payload.remaining(), policy,
				(batch) -> batch.add(type, payload));
	}

	Lsn append(List<WalBatch.Entry> entries, long size, SyncPolicy policy) {
		return append(size, policy, (batch) -> batch.add(entries, size));
	}

	private Lsn append(long size, SyncPolicy policy, Filler filler) {
		boolean durable = policy.mode() == SyncPolicy.Mode.ALWAYS;
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		int index;
		lockForFilling(size, virtual);
		try {
			batch = this.filling;
			index = filler.fill(batch);
			register(batch, durable, virtual);
		}
		finally {
			this.fillLock.unlock();
		}
		if (durable) {
			awaitDurable(batch, virtual);
		}
		else {
			awaitWritten(batch, virtual);
			if (policy.mode() == SyncPolicy.Mode.INTERVAL) {
				scheduleForce(policy.interval());
			}
		}
		return new Lsn(batch.firstLsn() + index);
	}

	CompletableFuture<Lsn> appendAsync(int type, ByteBuffer payload) {
		int bytes = payload.remaining();
		CompletableFuture<Lsn> future = new CompletableFuture<>();
		try {
			reserve(bytes);
			try {
				fill(type, payload, future);
			}
			catch (RuntimeException | Error ex) {
				// Others may be waiting for that room.
				this.completions.release(bytes);
				throw ex;
			}
		}
		catch (WalException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		this.flusher.wake();
		return future;
	}

	private void fill(int type, ByteBuffer payload, CompletableFuture<Lsn> future) {
		int bytes = payload.remaining();
		lockForFilling(Format.RECORD_HEADER_SIZE + (long) bytes, VirtualThreads.isCurrent());
		try {
			int index = this.filling.add(type, payload);
			this.filling.register(new Batch.Pending(future, index, bytes));
			await(this.filling);
		}
		finally {
			this.fillLock.unlock();
		}
	}

	/**
	 * Have room for an asynchronous append. The thread that completes futures is let
	 * through: it is the one that makes room.
	 */
	private void reserve(int bytes) {
		if (tryReserve(bytes)) {
			return;
		}
		if (this.options.overflow() == Overflow.FAIL) {
			this.counters.rejectedAppends.increment();
			WalOverloadedException overloaded = new WalOverloadedException(this.inFlight.get(),
					this.options.maxInFlight());
			this.options.observer().rejected(overloaded);
			throw overloaded;
		}
		this.completions.awaitRoom(() -> tryReserve(bytes));
	}

	/**
	 * Take room if there is any, and never any that is not there: not even for a moment,
	 * in which somebody else would miss it.
	 */
	private boolean tryReserve(int bytes) {
		long now;
		do {
			now = this.inFlight.get();
			if (now != 0 && now + bytes > this.options.maxInFlight() && !this.completions.isCurrentThread()) {
				return false;
			}
		}
		while (!this.inFlight.compareAndSet(now, now + bytes));
		return true;
	}

	void released(int bytes) {
		this.inFlight.addAndGet(-bytes);
	}

	/**
	 * Force everything that was appended.
	 * @return the durable LSN
	 */
	Lsn sync() {
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		this.fillLock.lock();
		try {
			checkUsable();
			batch = this.filling;
			register(batch, true, virtual);
		}
		finally {
			this.fillLock.unlock();
		}
		awaitDurable(batch, virtual);
		return Lsn.of(this.durableLsn);
	}

	/**
	 * Write everything that was appended.
	 * @return the last LSN written
	 */
	Lsn flush() {
		boolean virtual = VirtualThreads.isCurrent();
		Batch batch;
		this.fillLock.lock();
		try {
			checkUsable();
			batch = this.filling;
			batch.registerForWrite(Thread.currentThread());
		}
		finally {
			this.fillLock.unlock();
		}
		awaitWritten(batch, virtual);
		return Lsn.of(this.writtenLsn);
	}

	private void register(Batch batch, boolean durable, boolean virtual) {
		if (durable) {
			batch.register(Thread.currentThread());
			await(batch);
		}
		else if (virtual) {
			batch.registerForWrite(Thread.currentThread());
		}
	}

	private void await(Batch batch) {
		if (batch.await()) {
			this.awaitedBatches.incrementAndGet();
		}
	}

	/**
	 * Take the fill lock when there is room in the batch being filled. Who finds none
	 * helps itself by writing the batch.
	 */
	private void lockForFilling(long size, boolean virtual) {
		while (true) {
			this.fillLock.lock();
			boolean fits = false;
			try {
				checkUsable();
				fits = this.filling.fits(size);
				if (!fits && virtual) {
					this.flusher.wake();
					this.room.awaitUninterruptibly();
				}
			}
			finally {
				if (!fits) {
					this.fillLock.unlock();
				}
			}
			if (fits) {
				return;
			}
			if (!virtual) {
				writeOut();
			}
		}
	}

	private void awaitDurable(Batch batch, boolean virtual) {
		if (virtual) {
			this.flusher.wake();
		}
		else if (this.forceLock.tryLock()) {
			try {
				if (batch.state() < Batch.DURABLE) {
					commit();
				}
			}
			finally {
				unlockForce();
			}
		}
		batch.awaitState(Batch.DURABLE);
		if (batch.state() == Batch.FAILED) {
			throw batch.failure();
		}
	}

	private void awaitWritten(Batch batch, boolean virtual) {
		if (virtual) {
			this.flusher.wake();
			batch.awaitState(Batch.WRITTEN);
		}
		while (batch.state() < Batch.WRITTEN) {
			writeOut();
		}
		if (batch.state() == Batch.FAILED) {
			throw batch.failure();
		}
	}

	/**
	 * Write the batch being filled without forcing it, unless a rotation demands it.
	 */
	private void writeOut() {
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
				unlockForce();
			}
		}
	}

	private void scheduleForce(Duration interval) {
		// 0 stands for none.
		long due = (System.nanoTime() + interval.toNanos()) | 1;
		while (true) {
			long current = this.forceDue.get();
			if (current != 0 && current - due <= 0) {
				return;
			}
			if (this.forceDue.compareAndSet(current, due)) {
				this.flusher.wake();
				return;
			}
		}
	}

	/**
	 * Release the force lock, and have the flusher look after those who came too late for
	 * this commit and could not take the lock.
	 */
	private void unlockForce() {
		this.forceLock.unlock();
		if (this.awaitedBatches.get() > 0) {
			this.flusher.wake();
		}
	}

	private void checkUsable() {
		if (this.closing) {
			throw new WalClosedException("The log in " + this.options.directory() + " is closed.");
		}
		Throwable failure = this.failure;
		if (failure != null) {
			throw failed(failure);
		}
	}

	private WalFailedException failed(Throwable cause) {
		return new WalFailedException(
				"Writing the log in " + this.options.directory() + " failed: " + cause.getMessage() + ".",
				Lsn.of(this.durableLsn), cause);
	}

	// ---- write and force

	/**
	 * Write the batch being filled and force everything written. Holds the force lock.
	 */
	private void commit() {
		this.forceDue.set(0);
		List<Batch> covered = List.of();
		try {
			SegmentWriter writer;
			long target;
			long end;
			this.writeLock.lock();
			try {
				writeFilling(true);
				if (this.failure != null) {
					return;
				}
				covered = this.written;
				this.written = new ArrayList<>();
				writer = this.active;
				target = this.writtenLsn;
				end = writer.position();
			}
			finally {
				this.writeLock.unlock();
			}
			if (target > this.durableLsn) {
				force(writer);
			}
			publish(writer.segment(), target, end, covered);
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex, covered);
		}
	}

	private void force(SegmentWriter writer) throws IOException {
		long began = System.nanoTime();
		writer.force();
		long nanos = System.nanoTime() - began;
		this.counters.forces.increment();
		this.counters.forceNanos.add(nanos);
		this.options.observer().forced(nanos);
	}

	/**
	 * Make known that records are durable: first to readers, then to those who wait.
	 */
	private void publish(Segment segment, long target, long end, List<Batch> covered) {
		segment.readable(end);
		if (target > this.durableLsn) {
			this.durableLsn = target;
			// What was written meanwhile is younger than the force that just ended. Reset
			// first, look then; a write does it the other way round, so that one of the
			// two always sees the other.
			this.unforcedSince = 0;
			if (this.writtenLsn > target) {
				this.unforcedSince = System.nanoTime() | 1;
			}
			this.signal.advanced();
		}
		for (Batch batch : covered) {
			this.awaitedBatches.decrementAndGet();
			batch.durable();
			this.completions.complete(batch);
		}
	}

	/**
	 * Write the batch being filled. Holds the write lock.
	 * @param mayRotate whether the force lock is held, too
	 * @return {@code false} if nothing was done because it takes a rotation
	 */
	private boolean writeFilling(boolean mayRotate) {
		Batch batch;
		this.fillLock.lock();
		try {
			batch = this.filling;
			if (batch.isIdle()) {
				return true;
			}
			if (!mayRotate && batch.count() > 0 && mustRotate(batch)) {
				return false;
			}
			this.filling = new Batch(this.nextBuffer, this.softLimit);
			this.room.signalAll();
		}
		finally {
			this.fillLock.unlock();
		}
		int size = batch.blockSize();
		try {
			if (batch.count() > 0) {
				writeBatch(batch);
			}
			else {
				batch.written(this.writtenLsn + 1);
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
			fail(ex, List.of(batch));
		}
		this.nextBuffer = batch.releaseBuffer();
		if (batch.isAwaited() && batch.state() == Batch.WRITTEN) {
			this.written.add(batch);
		}
		return true;
	}

	private boolean mustRotate(Batch batch) {
		SegmentWriter writer = this.active;
		return this.options.segmentSize() > 0 && !writer.segment().isEmpty()
				&& writer.position() + batch.blockSize() + CLOSE_BLOCK_SIZE > this.options.segmentSize();
	}

	private void writeBatch(Batch batch) throws IOException {
		SegmentWriter writer = this.active;
		boolean rotating = mustRotate(batch);
		if (rotating) {
			writer = nextWriter();
		}
		long firstLsn = this.writtenLsn + 1;
		long lastLsn = firstLsn + batch.count() - 1;
		this.header.firstLsn = firstLsn;
		this.header.timestamp = SegmentFactory.nanos(this.options.clock().instant());
		this.header.durableLsn = this.durableLsn;
		ByteBuffer block = batch.finish(this.header, writer.segment().header().salt(), writer.pendingStart(),
				this.checksum);
		int bytes = block.remaining();
		long began = System.nanoTime();
		writer.write(block, lastLsn);
		this.closed = false;
		long nanos = System.nanoTime() - began;
		this.writtenLsn = lastLsn;
		if (this.unforcedSince == 0) {
			this.unforcedSince = began | 1;
		}
		this.full = null;
		if (rotating) {
			activate(writer);
		}
		this.preparer.appended(writer);
		this.counters.blocks.increment();
		this.counters.appendedRecords.add(batch.count());
		this.counters.appendedBytes.add(batch.payloadBytes());
		this.counters.writtenBytes.add(bytes);
		this.options.observer().written(batch.count(), bytes, nanos);
		batch.written(firstLsn);
	}

	/**
	 * Have a writer for the next segment, with the active one durable, so that no segment
	 * is left with anything unforced. Holds all locks but the fill lock.
	 */
	private SegmentWriter nextWriter() throws IOException {
		SegmentWriter current = this.active;
		if (this.writtenLsn > this.durableLsn) {
			force(current);
			List<Batch> covered = this.written;
			this.written = new ArrayList<>();
			publish(current.segment(), this.writtenLsn, current.position(), covered);
		}
		SegmentWriter next = this.preparer.next(current.segment().number() + 1);
		next.startWith(
				new StartBlock(this.writtenLsn + 1, current.segment().number(), this.writtenLsn, current.position()));
		return next;
	}

	private void activate(SegmentWriter next) {
		SegmentWriter last = this.active;
		this.segments.add(next.segment());
		this.active = next;
		this.preparer.rotated(last, next);
		this.counters.rotations.increment();
		logger.debug("Rotated from {} to {} at LSN {}", last.segment(), next.segment(), next.segment().firstLsn());
	}

	/**
	 * Begin a new segment.
	 * @return {@code false} if the active one is empty
	 */
	boolean rotate() {
		this.forceLock.lock();
		try {
			this.fillLock.lock();
			try {
				checkUsable();
			}
			finally {
				this.fillLock.unlock();
			}
			commit();
			this.writeLock.lock();
			try {
				Throwable failure = this.failure;
				if (failure != null) {
					throw failed(failure);
				}
				return !this.active.segment().isEmpty() && rotateEmpty();
			}
			finally {
				this.writeLock.unlock();
			}
		}
		finally {
			unlockForce();
		}
	}

	private boolean rotateEmpty() {
		try {
			SegmentWriter next = nextWriter();
			StartBlock start = next.pendingStart();
			ByteBuffer block = Format.directBuffer(Format.START_BLOCK_SIZE);
			if (start != null) {
				start.encode(block, 0, next.segment().header().salt(),
						SegmentFactory.nanos(this.options.clock().instant()), this.durableLsn, this.checksum);
			}
			next.write(block, this.writtenLsn);
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
			fail(ex, List.of());
			throw failed(ex);
		}
	}

	// ---- when it does not work

	private Supplier<WalException> noRoom(long needed, StorageFullException cause) {
		Path directory = this.options.directory();
		long usable = this.storage.usableSpace();
		if (this.full == null) {
			logger.warn("No room for the log in {}: appends are refused until there is", directory);
		}
		this.full = new WalFullException(directory, needed, usable, cause);
		return () -> new WalFullException(directory, needed, usable, cause);
	}

	/**
	 * Tell everybody in a batch that nothing of it was written.
	 */
	private void refuse(Batch batch, Supplier<WalException> reason) {
		this.counters.rejectedAppends.add(batch.count());
		this.options.observer().rejected(reason.get());
		end(batch, reason);
	}

	private void end(Batch batch, Supplier<WalException> reason) {
		if (batch.state() >= Batch.DURABLE) {
			return;
		}
		if (batch.isAwaited()) {
			this.awaitedBatches.decrementAndGet();
		}
		batch.fail(reason);
		this.completions.complete(batch);
	}

	/**
	 * Fail for good.
	 * @param cause why
	 * @param batches the batches that were on their way
	 */
	void fail(Throwable cause, List<Batch> batches) {
		boolean first;
		List<Batch> ended = new ArrayList<>(batches);
		this.writeLock.lock();
		try {
			this.fillLock.lock();
			try {
				first = this.failure == null;
				if (first) {
					this.failure = cause;
				}
				if (!this.filling.isIdle()) {
					ended.add(this.filling);
					// The buffer of what was never written serves nobody any more.
					this.filling = new Batch(new WriteBuffer(0), 0);
				}
				this.room.signalAll();
			}
			finally {
				this.fillLock.unlock();
			}
			ended.addAll(this.written);
			this.written = new ArrayList<>();
		}
		finally {
			this.writeLock.unlock();
		}
		for (Batch batch : ended) {
			end(batch, () -> failed(cause));
		}
		this.signal.advanced();
		if (first) {
			this.counters.failures.increment();
			this.options.observer().failed(cause);
			logger.error("The log in {} failed and accepts nothing more; durable up to LSN {}",
					this.options.directory(), Lsn.of(this.durableLsn), cause);
		}
	}

	// ---- close

	/**
	 * Refuse further appends.
	 * @return {@code false} if that was done before
	 */
	boolean beginClose() {
		this.fillLock.lock();
		try {
			boolean first = !this.closing;
			this.closing = true;
			this.room.signalAll();
			return first;
		}
		finally {
			this.fillLock.unlock();
		}
	}

	/**
	 * Commit what is left, mark the log as closed, and cut off what was preallocated.
	 * @throws WalFailedException if that failed, now or earlier
	 */
	void close() {
		this.forceLock.lock();
		try {
			commit();
			this.flusher.stop();
			this.writeLock.lock();
			try {
				if (this.failure == null) {
					writeCloseBlock();
				}
			}
			catch (IOException | RuntimeException ex) {
				fail(ex, List.of());
			}
			finally {
				closeActive();
				this.writeLock.unlock();
			}
		}
		finally {
			this.forceLock.unlock();
		}
		Threads.join(this.flusherThread);
		Throwable failure = this.failure;
		if (failure != null) {
			throw failed(failure);
		}
	}

	private void closeActive() {
		try {
			this.active.close();
		}
		catch (IOException ex) {
			fail(ex, List.of());
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
		ByteBuffer block = Format.directBuffer(CLOSE_BLOCK_SIZE);
		BlockHeader close = new BlockHeader();
		close.kind = Format.KIND_CLOSE;
		close.firstLsn = this.writtenLsn + 1;
		close.timestamp = SegmentFactory.nanos(this.options.clock().instant());
		close.durableLsn = this.writtenLsn;
		close.encode(block, 0, writer.segment().header().salt(), this.checksum);
		try {
			writer.write(block, this.writtenLsn);
			force(writer);
		}
		catch (StorageFullException ex) {
			logger.debug("No room to mark the log as closed", ex);
		}
		writer.trim();
	}

	// ---- what others ask

	long writtenLsn() {
		return this.writtenLsn;
	}

	long durableLsn() {
		return this.durableLsn;
	}

	SegmentWriter active() {
		return this.active;
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

	@Nullable WalFullException full() {
		return this.full;
	}

	Duration oldestUnforced() {
		long since = this.unforcedSince;
		return (since == 0 || this.writtenLsn == this.durableLsn) ? Duration.ZERO
				: Duration.ofNanos(Math.max(0, System.nanoTime() - since));
	}

	/**
	 * Puts records into a batch.
	 */
	@FunctionalInterface
	private interface Filler {

		int fill(Batch batch);

	}

	/**
	 * Commits for those who cannot: callers that found the force lock taken, virtual
	 * threads, asynchronous appends, and forces that are due.
	 */
	private final class Flusher implements Runnable {

		private volatile boolean stopped;

		private final AtomicInteger signals = new AtomicInteger();

		void wake() {
			if (this.signals.getAndIncrement() == 0) {
				LockSupport.unpark(Appender.this.flusherThread);
			}
		}

		void stop() {
			this.stopped = true;
			LockSupport.unpark(Appender.this.flusherThread);
		}

		@Override
		public void run() {
			while (!this.stopped) {
				this.signals.set(0);
				long wait = Long.MAX_VALUE;
				try {
					wait = work();
				}
				catch (RuntimeException | Error ex) {
					// Nobody would be left to wake those who rely on this thread.
					fail(ex, List.of());
				}
				if (wait != 0 && this.signals.get() == 0 && !this.stopped) {
					LockSupport.parkNanos(this, wait);
					// An interrupt from anywhere must not make this loop spin.
					Thread.interrupted();
				}
			}
		}

		/**
		 * Do what there is to do.
		 * @return how long to wait for more, in nanoseconds, 0 to look again at once
		 */
		private long work() {
			if (Appender.this.awaitedBatches.get() > 0) {
				forceAll();
				return 0;
			}
			writeOut();
			long due = Appender.this.forceDue.get();
			if (due == 0) {
				return Long.MAX_VALUE;
			}
			long wait = due - System.nanoTime();
			if (wait <= 0) {
				forceAll();
				return 0;
			}
			return wait;
		}

		private void forceAll() {
			Appender.this.forceLock.lock();
			try {
				commit();
			}
			finally {
				Appender.this.forceLock.unlock();
			}
		}

	}

}
