// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.WalClosedException;
import dev.wal.WalOptions;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.WriteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where records come in: the batch being filled, under a lock that is held for as long as
 * a record takes to be copied.
 */
public final class Intake {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition room = this.lock.newCondition();

	private final Path directory;

	private final Progress progress;

	private final int softLimit;

	private Batch filling;

	private boolean closed;

	/** How many batches somebody wants durable that are not. */
	private final AtomicInteger awaited = new AtomicInteger();

	/**
	 * Whether somebody is about to commit, and then passes that on. Guarded by the lock.
	 */
	private boolean led;

	/** Batches that everybody has left. */
	private final AtomicReferenceArray<@Nullable Batch> spares = new AtomicReferenceArray<>(4);

	public Intake(WalOptions options, Progress progress) {
		this.directory = options.directory();
		this.progress = progress;
		long capacity = options.files().segmentSize() - Format.SEGMENT_HEADER_SIZE - Format.START_BLOCK_SIZE
				- Format.BLOCK_HEADER_SIZE - Format.CLOSE_BLOCK_SIZE - 8;
		this.softLimit = (options.files().segmentSize() == 0) ? options.files().writeBufferSize()
				: (int) Math.min(options.files().writeBufferSize(), capacity);
		this.filling = newBatch(newBuffer());
	}

	WriteBuffer newBuffer() {
		return new WriteBuffer(this.softLimit);
	}

	private Batch newBatch(WriteBuffer buffer) {
		for (int i = 0; i < this.spares.length(); i++) {
			Batch spare = this.spares.getAndSet(i, null);
			if (spare != null) {
				spare.reset(buffer);
				return spare;
			}
		}
		return new Batch(buffer, this.softLimit);
	}

	/**
	 * Look at a batch no more.
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

	void lock() {
		this.lock.lock();
	}

	void unlock() {
		this.lock.unlock();
	}

	/**
	 * Return the batch being filled. Holds the lock.
	 * @throws WalClosedException if nothing is taken in any more
	 * @throws dev.wal.WalFailedException if the log failed
	 */
	Batch batch() {
		if (this.closed) {
			throw new WalClosedException("The log in " + this.directory + " is closed.");
		}
		this.progress.checkNotFailed();
		return this.filling;
	}

	/**
	 * Wait until another batch is being filled, or for no reason. Holds the lock, but not
	 * meanwhile.
	 */
	@SuppressWarnings("WaitNotInLoop") // the caller looks again
	void awaitRoom() {
		this.room.awaitUninterruptibly();
	}

	/**
	 * Note that somebody waits for a batch to be durable. Holds the lock.
	 * @return whether it is for the caller to have somebody commit: nobody is about to
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
	 * @param flusher whom it falls to if nobody who waits for the batch being filled may
	 * @return who has it now, to be told, or {@code null} if there is nothing to commit
	 */
	@Nullable Thread passLead(Thread flusher) {
		this.lock.lock();
		try {
			Thread next = this.filling.elect();
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
	 * A batch that somebody waited for has come to its end.
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
	 * @param buffer takes the records of the other one
	 */
	Batch take(WriteBuffer buffer) {
		Batch batch = this.filling;
		this.filling = newBatch(buffer);
		this.room.signalAll();
		return batch;
	}

	/**
	 * Fail the log, so that nothing is taken in any more.
	 * @return the batch being filled if there is anything in it
	 */
	@Nullable Batch fail() {
		Batch batch = this.filling.isIdle() ? null : this.filling;
		if (batch != null) {
			// The buffer of what was never written serves nobody any more.
			this.filling = new Batch(new WriteBuffer(0), 0);
		}
		this.room.signalAll();
		return batch;
	}

	/**
	 * Take nothing in any more.
	 * @return {@code false} if that was so before
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
