// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.io.Closeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.wal.internal.thread.Threads;

/**
 * Closes a log. Those that ask for it while it happens can wait for the end, and code of
 * the application is waited for no longer than the close timeout.
 */
final class LogCloser {

	/** The part of the timeout that is left for futures, however long listeners take. */
	private static final long RESERVE = TimeUnit.SECONDS.toNanos(1);

	private final Duration timeout;

	private final CloseSteps steps = new CloseSteps();

	private final CountDownLatch closed = new CountDownLatch(1);

	private long deadline;

	LogCloser(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Add the next step.
	 */
	void add(Closeable step) {
		this.steps.add(step);
	}

	/**
	 * Take all steps. Called once.
	 * @param directory the directory of the log, for messages
	 */
	void close(Path directory) {
		this.deadline = Threads.deadline(this.timeout);
		try {
			this.steps.run(directory);
		}
		finally {
			this.closed.countDown();
		}
	}

	/**
	 * Return when to stop waiting for listeners, in nanoTime.
	 */
	long listenerDeadline() {
		return this.deadline - Math.min(RESERVE, this.timeout.dividedBy(4).toNanos());
	}

	/**
	 * Return when to stop waiting for what depends on futures, in nanoTime.
	 */
	long futureDeadline() {
		return this.deadline;
	}

	/**
	 * Wait until another thread has closed the log. Not interruptible; the interrupt flag
	 * is kept.
	 */
	void awaitEnd() {
		boolean interrupted = false;
		while (this.closed.getCount() > 0) {
			try {
				this.closed.await();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
