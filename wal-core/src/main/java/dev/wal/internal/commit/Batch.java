// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.WalBatch;
import dev.wal.WalException;
import dev.wal.internal.format.BlockCompressor;
import dev.wal.internal.format.BlockEncoder;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import org.jspecify.annotations.Nullable;

/**
 * The appends that share a block, and with it one write, one force, and one fate.
 * <p>
 * A batch is filled under the lock of the {@link Intake}, written by the thread that took
 * it from there, and then waited for. Its records get their LSNs when it is written: a
 * batch that is rejected uses none. Each thread that works with a batch joins it and
 * leaves it again. When the last one has left, the batch is used for other records, so
 * that a busy log allocates none.
 */
final class Batch {

	static final int FILLING = 0;

	static final int WRITTEN = 1;

	static final int DURABLE = 2;

	static final int FAILED = 3;

	private final int softLimit;

	private BlockEncoder encoder;

	private @Nullable BlockEncoder oversize;

	private int count;

	private long payloadBytes;

	private Thread[] waiters = new Thread[4];

	private int waiterCount;

	/** The first one of them that may commit. */
	private @Nullable Thread candidate;

	/** The thread that has to commit next. */
	private volatile @Nullable Thread leader;

	private final List<Pending> futures = new ArrayList<>();

	private long pendingBytes;

	private boolean wakeWhenWritten;

	private final AtomicInteger users = new AtomicInteger();

	/** Links the batches that were written and are to be forced. */
	@Nullable Batch next;

	private volatile boolean awaited;

	private volatile int state;

	private long firstLsn;

	private @Nullable Supplier<WalException> failure;

	/**
	 * Create a batch.
	 * @param encoder takes the records
	 * @param softLimit the size of the body above which nothing is added
	 */
	Batch(BlockEncoder encoder, int softLimit) {
		this.softLimit = softLimit;
		this.encoder = encoder;
		reset(encoder);
	}

	/**
	 * Start again, after all have left.
	 * @param encoder takes the records
	 */
	void reset(BlockEncoder encoder) {
		this.encoder = encoder;
		encoder.clear();
		this.count = 0;
		this.payloadBytes = 0;
		Arrays.fill(this.waiters, 0, this.waiterCount, null);
		this.waiterCount = 0;
		this.candidate = null;
		this.leader = null;
		this.futures.clear();
		this.pendingBytes = 0;
		this.wakeWhenWritten = false;
		this.awaited = false;
		this.failure = null;
		// For the thread that takes it.
		this.users.set(1);
		this.state = FILLING;
	}

	/**
	 * Use the batch until {@link #leave()}. Holds the lock of the intake, or has joined
	 * already.
	 */
	void join() {
		this.users.incrementAndGet();
	}

	/**
	 * End the use of the batch by this thread.
	 * @return whether no other thread uses it
	 */
	boolean leave() {
		return this.users.decrementAndGet() == 0;
	}

	/**
	 * Return whether records of a size can be added. An empty batch takes records of any
	 * size.
	 */
	boolean fits(long size) {
		return this.count == 0 || (this.oversize == null && this.encoder.bodySize() + size <= this.softLimit);
	}

	private BlockEncoder target(long size) {
		if (size > this.softLimit) {
			this.oversize = new BlockEncoder(Math.toIntExact(size));
		}
		return content();
	}

	private BlockEncoder content() {
		return (this.oversize != null) ? this.oversize : this.encoder;
	}

	/**
	 * Add a record.
	 * @return its place in the batch
	 */
	int add(int type, byte[] payload) {
		target(Format.RECORD_HEADER_SIZE + (long) payload.length).add(type, payload);
		this.payloadBytes += payload.length;
		return this.count++;
	}

	/**
	 * Add a record.
	 * @return its place in the batch
	 */
	int add(int type, ByteBuffer payload) {
		target(Format.RECORD_HEADER_SIZE + (long) payload.remaining()).add(type, payload);
		this.payloadBytes += payload.remaining();
		return this.count++;
	}

	/**
	 * Add the records of a unit.
	 * @param size the size of all of them, encoded
	 * @return the place of the first one in the batch
	 */
	int add(List<WalBatch.Entry> entries, long size) {
		BlockEncoder target = target(size);
		for (WalBatch.Entry entry : entries) {
			target.add(entry.type(), entry.payload());
			this.payloadBytes += entry.payload().remaining();
		}
		int first = this.count;
		this.count += entries.size();
		return first;
	}

	/**
	 * Have a thread woken when the batch is durable.
	 */
	void register(Thread waiter) {
		if (this.waiterCount == this.waiters.length) {
			this.waiters = Arrays.copyOf(this.waiters, this.waiterCount * 2);
		}
		this.waiters[this.waiterCount++] = waiter;
	}

	/**
	 * Have a thread woken as soon as the batch is written.
	 */
	void registerForWrite(Thread waiter) {
		register(waiter);
		this.wakeWhenWritten = true;
	}

	/**
	 * Have a future completed when the batch is durable.
	 * @param bytes the size of its payload
	 */
	void register(CompletableFuture<Lsn> future, int index, int bytes) {
		this.futures.add(new Pending(future, index));
		this.pendingBytes += bytes;
	}

	/**
	 * Have a thread woken when the batch is durable, or to commit it.
	 */
	void registerForCommit(Thread waiter) {
		register(waiter);
		if (this.candidate == null) {
			this.candidate = waiter;
		}
	}

	/**
	 * Have one of the threads that wait commit.
	 * @return the thread, to be woken, or {@code null} if none of them may
	 */
	@Nullable Thread elect() {
		this.leader = this.candidate;
		return this.candidate;
	}

	/**
	 * Note that somebody waits for the batch to be durable.
	 * @return whether this is the first one
	 */
	boolean await() {
		boolean first = !this.awaited;
		this.awaited = true;
		return first;
	}

	/**
	 * Return whether somebody waits for the batch to be durable.
	 */
	boolean isAwaited() {
		return this.awaited;
	}

	boolean isIdle() {
		return this.count == 0 && this.users.get() == 1;
	}

	int count() {
		return this.count;
	}

	long payloadBytes() {
		return this.payloadBytes;
	}

	int blockSize() {
		return content().blockSize();
	}

	/**
	 * Complete the block.
	 * @return the bytes to write
	 */
	ByteBuffer finish(BlockHeader header, long salt, @Nullable StartBlock start, @Nullable BlockCompressor compressor,
			Checksum checksum) {
		header.count = this.count;
		return content().finish(header, salt, start, compressor, checksum);
	}

	/**
	 * Return the encoder, for another batch. Nothing can be written from this one after
	 * that.
	 */
	BlockEncoder releaseEncoder() {
		BlockEncoder oversize = this.oversize;
		this.oversize = null;
		if (oversize != null) {
			oversize.release();
		}
		return this.encoder;
	}

	int state() {
		return this.state;
	}

	List<Pending> futures() {
		return this.futures;
	}

	/**
	 * Return the size of all payloads whose futures are to be completed.
	 */
	long pendingBytes() {
		return this.pendingBytes;
	}

	/**
	 * Return the LSN of the first record, once the batch was written.
	 */
	long firstLsn() {
		return this.firstLsn;
	}

	void written(long firstLsn) {
		this.firstLsn = firstLsn;
		this.state = WRITTEN;
		if (this.wakeWhenWritten) {
			wake();
		}
	}

	/**
	 * The batch is on the disk. {@link #wake()} then wakes those that wait for that.
	 */
	void durable() {
		this.state = DURABLE;
	}

	void fail(Supplier<WalException> failure) {
		this.failure = failure;
		this.state = FAILED;
		wake();
	}

	/**
	 * Return a new exception, for one of the appends.
	 */
	WalException failure() {
		Supplier<WalException> failure = this.failure;
		return (failure != null) ? failure.get() : new WalException("The append failed");
	}

	void wake() {
		Thread current = Thread.currentThread();
		for (int i = 0; i < this.waiterCount; i++) {
			if (this.waiters[i] != current) {
				LockSupport.unpark(this.waiters[i]);
			}
		}
	}

	/**
	 * Wait until the batch has been written. Not interruptible; the interrupt flag is
	 * kept.
	 */
	void awaitWritten() {
		boolean interrupted = false;
		while (this.state < WRITTEN) {
			LockSupport.park(this);
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Wait until the batch has ended, or until this thread is elected. Not interruptible;
	 * the interrupt flag is kept.
	 * @return {@code false} if this thread has to commit
	 */
	boolean awaitEnd() {
		Thread current = Thread.currentThread();
		boolean interrupted = false;
		while (this.state < DURABLE && this.leader != current) {
			LockSupport.park(this);
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			current.interrupt();
		}
		if (this.leader != current) {
			return true;
		}
		this.leader = null;
		return false;
	}

	/**
	 * An asynchronous append.
	 *
	 * @param future its result
	 * @param index its place in the batch
	 */
	record Pending(CompletableFuture<Lsn> future, int index) {
	}

}
