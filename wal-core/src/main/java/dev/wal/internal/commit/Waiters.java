// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for a batch. Guarded by the lock of the {@link Intake} while the
 * batch is being filled, unchanged afterwards.
 */
final class Waiters {

	private Thread[] threads = new Thread[4];

	private int count;

	/** The first one of them that may commit. */
	private @Nullable Thread candidate;

	/** The thread that has to commit next. */
	private volatile @Nullable Thread leader;

	private boolean wokenByWrite;

	void clear() {
		Arrays.fill(this.threads, 0, this.count, null);
		this.count = 0;
		this.candidate = null;
		this.leader = null;
		this.wokenByWrite = false;
	}

	/**
	 * Have room for one more thread, so that to add it allocates nothing.
	 */
	void reserve() {
		if (this.count == this.threads.length) {
			this.threads = Arrays.copyOf(this.threads, this.count * 2);
		}
	}

	/**
	 * Have a thread woken when the batch has ended. There is room for it.
	 */
	void add(Thread waiter) {
		this.threads[this.count++] = waiter;
	}

	/**
	 * Have a thread woken as soon as the batch is written. There is room for it.
	 */
	void addForWrite(Thread waiter) {
		add(waiter);
		this.wokenByWrite = true;
	}

	/**
	 * Have a thread woken when the batch has ended, or to commit it. There is room for
	 * it.
	 */
	void addForCommit(Thread waiter) {
		add(waiter);
		if (this.candidate == null) {
			this.candidate = waiter;
		}
	}

	/**
	 * Have one of the threads commit.
	 * @return the thread, to be woken, or {@code null} if none of them may
	 */
	@Nullable Thread elect() {
		this.leader = this.candidate;
		return this.candidate;
	}

	/**
	 * Return whether a thread has to commit.
	 */
	boolean isLeader(Thread thread) {
		return this.leader == thread;
	}

	/**
	 * The thread that had to commit is about to.
	 */
	void leads() {
		this.leader = null;
	}

	/**
	 * The batch was written.
	 */
	void written() {
		if (this.wokenByWrite) {
			wake();
		}
	}

	void wake() {
		Thread current = Thread.currentThread();
		for (int i = 0; i < this.count; i++) {
			if (this.threads[i] != current) {
				LockSupport.unpark(this.threads[i]);
			}
		}
	}

}
