// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
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

	private final Waiters waiters = new Waiters();

	private final List<PendingAppend> pending = new ArrayList<>();

	private final AtomicInteger users = new AtomicInteger();

	/** Links the batches that were written and are to be forced. */
	@Nullable Batch next;

	/** Links the batches whose futures are to be completed. */
	@Nullable Batch endedBefore;

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
		this.waiters.clear();
		this.pending.clear();
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
	 * Add a record. If this throws, the batch is as it was.
	 * @return its place in the batch
	 */
	int add(int type, byte[] payload) {
		target(Format.RECORD_HEADER_SIZE + (long) payload.length).add(type, payload);
		this.payloadBytes += payload.length;
		return this.count++;
	}

	/**
	 * Add a record. If this throws, the batch is as it was.
	 * @return its place in the batch
	 */
	int add(int type, ByteBuffer payload) {
		target(Format.RECORD_HEADER_SIZE + (long) payload.remaining()).add(type, payload);
		this.payloadBytes += payload.remaining();
		return this.count++;
	}

	/**
	 * Add the records of a unit. If this throws, the batch is as it was.
	 * @param size the size of all of them, encoded
	 * @return the place of the first one in the batch
	 */
	int add(List<WalBatch.Entry> entries, long size) {
		BlockEncoder target = target(size);
		int start = target.bodySize();
		long bytes = 0;
		boolean added = false;
		try {
			for (WalBatch.Entry entry : entries) {
				target.add(entry.type(), entry.payload());
				bytes += entry.payload().remaining();
			}
			added = true;
		}
		finally {
			if (!added) {
				target.truncate(start);
			}
		}
		this.payloadBytes += bytes;
		int first = this.count;
		this.count += entries.size();
		return first;
	}

	/**
	 * Add a record and have a future completed when it is durable. If this throws, the
	 * batch is as it was.
	 * @param began when the append was called, in nanoTime
	 */
	void add(int type, ByteBuffer payload, CompletableFuture<Lsn> future, long began) {
		addPending(new PendingAppend(future, this.count, 1, payload.remaining(), began), () -> add(type, payload));
	}

	/**
	 * Add the records of a unit and have a future completed when they are durable. If
	 * this throws, the batch is as it was.
	 * @param size the size of all of them, encoded
	 * @param began when the append was called, in nanoTime
	 */
	void add(List<WalBatch.Entry> entries, long size, CompletableFuture<Lsn> future, long began) {
		int bytes = Format.payloadSize(size, entries.size());
		addPending(new PendingAppend(future, this.count, entries.size(), bytes, began), () -> add(entries, size));
	}

	private void addPending(PendingAppend append, Runnable records) {
		this.pending.add(append);
		boolean added = false;
		try {
			records.run();
			added = true;
		}
		finally {
			if (!added) {
				this.pending.remove(this.pending.size() - 1);
			}
		}
	}

	/**
	 * Return the threads that wait for the batch.
	 */
	Waiters waiters() {
		return this.waiters;
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

	/**
	 * Return the asynchronous appends in the batch.
	 */
	List<PendingAppend> pending() {
		return this.pending;
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
		this.waiters.written();
	}

	/**
	 * The batch is on the disk. Its {@link #waiters()} are woken later.
	 */
	void durable() {
		this.state = DURABLE;
	}

	/**
	 * The batch was not written, or not forced.
	 * @param failure makes an exception for each append, or {@code null} if there was no
	 * memory for it
	 */
	void fail(@Nullable Supplier<WalException> failure) {
		this.failure = failure;
		this.state = FAILED;
		this.waiters.wake();
	}

	/**
	 * Return a new exception, for one of the appends.
	 */
	WalException failure() {
		Supplier<WalException> failure = this.failure;
		return (failure != null) ? failure.get() : new WalException("The append failed");
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
		while (this.state < DURABLE && !this.waiters.isLeader(current)) {
			LockSupport.park(this);
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			current.interrupt();
		}
		if (!this.waiters.isLeader(current)) {
			return true;
		}
		this.waiters.leads();
		return false;
	}

}
