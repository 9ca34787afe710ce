// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.Lsn;
import dev.wal.Overflow;
import dev.wal.WalOptions;
import dev.wal.WalOverloadedException;
import dev.wal.internal.thread.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Completes the futures of asynchronous appends, in LSN order, on a thread of its own:
 * what depends on a future runs on the thread that completes it, and must not hold up the
 * log. The thread exists only while there is something to complete. Thread-safe.
 */
public final class Completions {

	private final WalOptions options;

	private final Intake intake;

	private final Counters counters;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition released = this.lock.newCondition();

	private final ThreadPoolExecutor executor;

	private volatile @Nullable Thread thread;

	private final AtomicLong inFlight = new AtomicLong();

	public Completions(WalOptions options, Intake intake, Counters counters) {
		this.options = options;
		this.intake = intake;
		this.counters = counters;
		this.executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread created = new Thread(task, "wal-completions");
			created.setDaemon(true);
			this.thread = created;
			return created;
		});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Have room for an asynchronous append.
	 * @throws WalOverloadedException if there is none, and nobody is to wait for some
	 */
	void reserve(int bytes) {
		if (tryReserve(bytes)) {
			return;
		}
		if (this.options.log().overflow() == Overflow.FAIL) {
			this.counters.rejectedAppends.incrementAndGet();
			WalOverloadedException overloaded = new WalOverloadedException(this.inFlight.get(),
					this.options.log().maxInFlight());
			this.options.log().observer().rejected(overloaded);
			throw overloaded;
		}
		this.lock.lock();
		try {
			while (!tryReserve(bytes)) {
				this.released.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take room if there is any, and never any that is not there: not even for a moment,
	 * in which somebody else would miss it. The thread that completes futures is let
	 * through: it is the one that makes room.
	 */
	private boolean tryReserve(int bytes) {
		long now;
		do {
			now = this.inFlight.get();
			if (now != 0 && now + bytes > this.options.log().maxInFlight() && Thread.currentThread() != this.thread) {
				return false;
			}
		}
		while (!this.inFlight.compareAndSet(now, now + bytes));
		return true;
	}

	/**
	 * Complete the futures of a batch that has come to its end.
	 */
	void complete(Batch batch) {
		if (!batch.futures().isEmpty()) {
			batch.join();
			this.executor.execute(() -> completeAll(batch));
		}
	}

	private void completeAll(Batch batch) {
		release(batch.pendingBytes());
		for (Batch.Pending pending : batch.futures()) {
			if (batch.state() == Batch.FAILED) {
				pending.future().completeExceptionally(batch.failure());
			}
			else {
				pending.future().complete(new Lsn(batch.firstLsn() + pending.index()));
			}
		}
		this.intake.leave(batch);
	}

	/**
	 * Give back room, and have those who wait for it look again.
	 */
	void release(long bytes) {
		this.inFlight.addAndGet(-bytes);
		this.lock.lock();
		try {
			this.released.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Complete what is left, then end.
	 */
	public void close() {
		this.executor.shutdown();
		Thread last = this.thread;
		if (last != null) {
			Threads.join(last);
		}
	}

}
