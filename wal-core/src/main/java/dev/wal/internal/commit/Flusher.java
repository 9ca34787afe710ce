// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.wal.internal.thread.Threads;

/**
 * Commits for those who cannot, which are virtual threads and asynchronous appends, and
 * when a force is due.
 */
public final class Flusher implements Runnable {

	private final Committer committer;

	private final Thread thread;

	private final AtomicInteger signals = new AtomicInteger();

	/** Whether it falls to this thread to commit. */
	private volatile boolean leading;

	/** When the next force is due, in nanoTime, or 0 if none is. */
	private final AtomicLong forceDue = new AtomicLong();

	private volatile boolean stopped;

	Flusher(Committer committer) {
		this.committer = committer;
		this.thread = new Thread(this, "wal-flusher");
		this.thread.setDaemon(true);
	}

	public void start() {
		this.thread.start();
	}

	Thread thread() {
		return this.thread;
	}

	/**
	 * Have this thread commit, and see to it that somebody goes on.
	 */
	void lead() {
		this.leading = true;
		wake();
	}

	/**
	 * Have this thread look whether there is anything to do.
	 */
	void wake() {
		if (this.signals.getAndIncrement() == 0) {
			LockSupport.unpark(this.thread);
		}
	}

	/**
	 * Have a force within an interval.
	 */
	void forceWithin(Duration interval) {
		// 0 stands for none.
		long due = (System.nanoTime() + interval.toNanos()) | 1;
		while (true) {
			long current = this.forceDue.get();
			if (current != 0 && current - due <= 0) {
				return;
			}
			if (this.forceDue.compareAndSet(current, due)) {
				wake();
				return;
			}
		}
	}

	/**
	 * A force begins now, which serves all that were due.
	 */
	void forcing() {
		this.forceDue.set(0);
	}

	/**
	 * Have the thread end.
	 */
	void stop() {
		this.stopped = true;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Wait for the thread to end.
	 */
	void join() {
		Threads.join(this.thread);
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
				this.committer.fail(ex, null);
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
		if (this.leading) {
			this.leading = false;
			this.committer.lead();
			return 0;
		}
		this.committer.writeOut();
		long wait = untilForce();
		if (wait <= 0) {
			this.committer.commitIf(() -> untilForce() <= 0);
			return 0;
		}
		return wait;
	}

	/**
	 * Return how long it is until a force is due, in nanoseconds.
	 */
	private long untilForce() {
		long due = this.forceDue.get();
		return (due == 0) ? Long.MAX_VALUE : due - System.nanoTime();
	}

}
