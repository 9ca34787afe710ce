// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;

import dev.wal.WalClosedException;
import dev.wal.WalOptions;
import dev.wal.internal.format.BlockEncoder;
import dev.wal.internal.format.Format;
import dev.wal.internal.thread.SureLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds the batch being filled, under a lock that is held while a record is copied into
 * it.
 */
public final class Intake {

	private final SureLock lock = new SureLock();

	private final Condition room = this.lock.newCondition();

	private final Path directory;

	private final CommitState state;

	private final int softLimit;

	private Batch filling;

	/** Is filled, with nothing, once the log failed. */
	private final Batch none = new Batch(new BlockEncoder(0), 0);

	/** Changed under the lock. */
	private volatile boolean closed;

	/** How many batches somebody waits for to be durable. */
	private final AtomicInteger awaited = new AtomicInteger();

	/**
	 * Whether a thread has the duty to commit, and then passes it on. Guarded by the
	 * lock.
	 */
	private boolean led;

	/** Batches that all have left. */
	private final AtomicReferenceArray<@Nullable Batch> spares = new AtomicReferenceArray<>(4);

	public Intake(WalOptions options, CommitState state) {
		this.directory = options.directory();
		this.state = state;
		long capacity = options.files().segmentSize() - Format.SEGMENT_HEADER_SIZE - Format.START_BLOCK_SIZE
				- Format.BLOCK_HEADER_SIZE - Format.CLOSE_BLOCK_SIZE - 8;
		this.softLimit = (options.files().segmentSize() == 0) ? options.files().writeBufferSize()
				: (int) Math.min(options.files().writeBufferSize(), capacity);
		this.filling = newBatch(newEncoder());
	}

	BlockEncoder newEncoder() {
		return new BlockEncoder(this.softLimit);
	}

	private Batch newBatch(BlockEncoder encoder) {
		for (int i = 0; i < this.spares.length(); i++) {
			Batch spare = this.spares.getAndSet(i, null);
			if (spare != null) {
				spare.reset(encoder);
				return spare;
			}
		}
		return new Batch(encoder, this.softLimit);
	}

	/**
	 * End the use of a batch by this thread.
	 */
	void leave(Batch batch) {
		if (batch.leave()) {
			for (int i = 0; i < this.spares.length(); i++) {
				if (this.spares.compareAndSet(i, null, batch)) {
					return;
				}
			}
		}
	}

	/**
	 * Wake those that wait for batches that have ended, and leave the batches.
	 * @param batches the first of them, or {@code null}
	 */
	void release(@Nullable Batch batches) {
		Batch batch = batches;
		while (batch != null) {
			// Once left, the batch may be used again, and linked elsewhere.
			Batch next = batch.next;
			batch.next = null;
			batch.waiters().wake();
			leave(batch);
			batch = next;
		}
	}

	void lock() {
		this.lock.lock();
	}

	void unlock() {
		this.lock.unlock();
	}

	/**
	 * Return the batch being filled. Holds the lock.
	 * @throws WalClosedException if the log is closed
	 * @throws dev.wal.WalFailedException if the log failed
	 */
	Batch batch() {
		if (this.closed) {
			throw new WalClosedException("The log in " + this.directory + " is closed.");
		}
		this.state.checkNotFailed();
		return this.filling;
	}

	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Throw if the log accepts no appends.
	 * @throws WalClosedException if the log is closed
	 * @throws dev.wal.WalFailedException if the log failed
	 */
	void checkAccepting() {
		lock();
		try {
			batch();
		}
		finally {
			unlock();
		}
	}

	/**
	 * Wait until another batch is being filled, or for no reason. Releases the lock while
	 * it waits.
	 */
	@SuppressWarnings("WaitNotInLoop") // the caller looks again
	void awaitRoom() {
		this.room.awaitUninterruptibly();
	}

	/**
	 * Note that somebody waits for a batch to be durable. Holds the lock.
	 * @return whether the caller has to see to a commit, since no thread has that duty
	 */
	boolean await(Batch batch) {
		if (batch.await()) {
			this.awaited.incrementAndGet();
		}
		boolean first = !this.led;
		this.led = true;
		return first;
	}

	/**
	 * Pass on the duty to commit.
	 * @param flusher has to commit if no thread that waits for the batch being filled may
	 * @return the thread that has the duty now, or {@code null} if there is nothing to
	 * commit
	 */
	@Nullable Thread passLead(Thread flusher) {
		this.lock.lock();
		try {
			Thread next = this.filling.waiters().elect();
			if (next == null && isAwaited()) {
				next = flusher;
			}
			this.led = next != null;
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether there is a batch that somebody wants durable.
	 */
	boolean isAwaited() {
		return this.awaited.get() > 0;
	}

	/**
	 * A batch that somebody waited for has ended.
	 */
	void ended() {
		this.awaited.decrementAndGet();
	}

	/**
	 * Return the batch being filled without taking it.
	 */
	Batch peek() {
		return this.filling;
	}

	/**
	 * Take the batch being filled, and have another filled. Holds the lock.
	 * @param encoder takes the records of the other one
	 */
	Batch take(BlockEncoder encoder) {
		Batch batch = this.filling;
		this.filling = newBatch(encoder);
		this.room.signalAll();
		return batch;
	}

	/**
	 * Reject all appends from now on: the log failed. Holds the lock.
	 * @return the batch being filled if there is anything in it
	 */
	@Nullable Batch fail() {
		Batch batch = this.filling.isIdle() ? null : this.filling;
		if (batch != null) {
			this.filling = this.none;
		}
		this.room.signalAll();
		return batch;
	}

	/**
	 * Release the memory of a log that was closed: no record is added any more. Somebody
	 * may still use that of a log that failed.
	 * @throws dev.wal.WalFailedException if the log failed
	 */
	void end(BlockEncoder next) {
		this.lock.lock();
		try {
			this.state.checkNotFailed();
			if (this.closed) {
				this.filling.releaseEncoder().release();
				next.release();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Reject all appends from now on: the log is closed.
	 * @return {@code false} if it was closed before
	 */
	public boolean close() {
		this.lock.lock();
		try {
			boolean first = !this.closed;
			this.closed = true;
			this.room.signalAll();
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

}
