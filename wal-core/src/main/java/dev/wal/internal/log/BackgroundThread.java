// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a log that does now and then what no append may wait for. It holds no
 * lock between its turns.
 */
final class BackgroundThread implements Runnable {

	/**
	 * How often the tasks get a turn: what becomes of the directory has to be known
	 * within a second.
	 */
	private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

	private static final Logger logger = LoggerFactory.getLogger(BackgroundThread.class);

	private final List<Runnable> tasks;

	private final LogThread thread;

	private volatile boolean stopped;

	/**
	 * Create it.
	 * @param thread has no task yet
	 * @param tasks what it does in each turn, in this order
	 */
	BackgroundThread(LogThread thread, Runnable... tasks) {
		this.thread = thread;
		this.tasks = List.of(tasks);
	}

	void start() {
		this.thread.run(this);
	}

	/**
	 * End the thread, after the turn that it may be in.
	 */
	void stop() {
		this.stopped = true;
		this.thread.wake();
		Threads.join(this.thread.thread());
	}

	@Override
	public void run() {
		long next = System.nanoTime() + INTERVAL;
		while (!this.stopped) {
			long wait = next - System.nanoTime();
			if (wait > 0) {
				LockSupport.parkNanos(this, wait);
				// An interrupt from anywhere must not make this loop spin.
				Thread.interrupted();
				continue;
			}
			this.tasks.forEach(BackgroundThread::run);
			next = System.nanoTime() + INTERVAL;
		}
	}

	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A background task of the log failed, and is tried again", ex);
		}
	}

}
