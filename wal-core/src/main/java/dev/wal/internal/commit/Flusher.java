// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.Threads;

/**
 * The thread that commits for callers that cannot, which are virtual threads and
 * asynchronous appends, and when a force is due. It decides when; what it does then is
 * passed in.
 */
public final class Flusher implements Runnable {

	private final BooleanSupplier turn;

	private final Consumer<Throwable> onFailure;

	private final LogThread thread;

	private final AtomicInteger signals = new AtomicInteger();

	/** Whether it falls to this thread to commit. */
	private volatile boolean leading;

	/** When the next force is due, in nanoTime, or 0 if none is. */
	private final AtomicLong forceDue = new AtomicLong();

	private volatile boolean stopped;

	/**
	 * Create the flusher.
	 * @param turn does what there is to do, and returns whether there may be more
	 * @param onFailure is told what the turn threw
	 */
	Flusher(BooleanSupplier turn, Consumer<Throwable> onFailure, LogThread thread) {
		this.turn = turn;
		this.onFailure = onFailure;
		this.thread = thread;
	}

	public void start() {
		this.thread.run(this);
	}

	Thread thread() {
		return this.thread.thread();
	}

	boolean isCurrent() {
		return this.thread.isCurrent();
	}

	/**
	 * Have this thread commit, and pass the duty on.
	 */
	void lead() {
		this.leading = true;
		wake();
	}

	/**
	 * Return whether it falls to this thread to commit, which it then has to do.
	 */
	boolean takeLead() {
		boolean lead = this.leading;
		if (lead) {
			this.leading = false;
		}
		return lead;
	}

	/**
	 * Have this thread look whether there is anything to do.
	 */
	void wake() {
		if (this.signals.getAndIncrement() == 0) {
			this.thread.wake();
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
	 * Return whether a force is due now.
	 */
	boolean isForceDue() {
		return untilForce() <= 0;
	}

	/**
	 * Return how long it is until a force is due, in nanoseconds.
	 */
	private long untilForce() {
		long due = this.forceDue.get();
		return (due == 0) ? Long.MAX_VALUE : due - System.nanoTime();
	}

	/**
	 * Have the thread end.
	 */
	void stop() {
		this.stopped = true;
		this.thread.wake();
	}

	/**
	 * Wait for the thread to end.
	 */
	void join() {
		Threads.join(thread());
	}

	@Override
	public void run() {
		while (!this.stopped) {
			this.signals.set(0);
			long wait = Long.MAX_VALUE;
			try {
				wait = this.turn.getAsBoolean() ? 0 : untilForce();
			}
			catch (Throwable ex) {
				// No other thread would wake those that rely on this one.
				this.onFailure.accept(ex);
			}
			if (wait > 0 && this.signals.get() == 0 && !this.stopped) {
				LockSupport.parkNanos(this, wait);
				// An interrupt from anywhere must not make this loop spin.
				Thread.interrupted();
			}
		}
	}

}
