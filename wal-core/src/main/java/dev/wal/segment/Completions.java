package dev.wal.segment;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

import dev.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Completes the futures of asynchronous appends, in LSN order, on a thread of its own:
 * what depends on a future runs on the thread that completes it, and must not hold up the
 * log. The thread exists only while there is something to complete. Thread-safe.
 */
final class Completions {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition released = this.lock.newCondition();

	private final ThreadPoolExecutor executor;

	private volatile @Nullable Thread thread;

	private volatile @Nullable IntConsumer onRelease;

	Completions() {
		this.executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread created = new Thread(task, "wal-completions");
			created.setDaemon(true);
			this.thread = created;
			return created;
		});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Set who is told how many bytes are no longer in flight.
	 */
	void onRelease(IntConsumer onRelease) {
		this.onRelease = onRelease;
	}

	/**
	 * Complete the futures of a batch that has come to its end.
	 */
	void complete(Batch batch) {
		if (!batch.futures().isEmpty()) {
			this.executor.execute(() -> completeAll(batch));
		}
	}

	private void completeAll(Batch batch) {
		for (Batch.Pending pending : batch.futures()) {
			release(pending.bytes());
			if (batch.state() == Batch.FAILED) {
				pending.future().completeExceptionally(batch.failure());
			}
			else {
				pending.future().complete(new Lsn(batch.firstLsn() + pending.index()));
			}
		}
	}

	/**
	 * Give back room, and have those who wait for it look again.
	 */
	void release(int bytes) {
		IntConsumer onRelease = this.onRelease;
		if (onRelease != null) {
			onRelease.accept(bytes);
		}
		this.lock.lock();
		try {
			this.released.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until there is room.
	 * @param reserve takes the room if there is some, and says whether it did
	 */
	void awaitRoom(BooleanSupplier reserve) {
		this.lock.lock();
		try {
			while (!reserve.getAsBoolean()) {
				this.released.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether this is the thread that completes futures.
	 */
	boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	/**
	 * Complete what is left, then end.
	 */
	void close() {
		this.executor.shutdown();
		Thread last = this.thread;
		if (last != null) {
			Threads.join(last);
		}
	}

}
