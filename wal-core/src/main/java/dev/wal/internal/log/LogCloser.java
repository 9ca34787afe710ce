// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.wal.internal.commit.Completions;
import dev.wal.internal.read.Subscription;
import dev.wal.internal.thread.Threads;

/**
 * Ends a log once. All that close it return when it is closed, and code of the
 * application is waited for no longer than the close timeout.
 */
final class LogCloser {

	/** The part of the timeout that is left for futures, whatever listeners do. */
	private static final long RESERVE = TimeUnit.SECONDS.toNanos(1);

	private final Duration timeout;

	private final Set<Subscription> subscriptions;

	private final Completions completions;

	private final CountDownLatch closed = new CountDownLatch(1);

	private long deadline;

	LogCloser(Duration timeout, Set<Subscription> subscriptions, Completions completions) {
		this.timeout = timeout;
		this.subscriptions = subscriptions;
		this.completions = completions;
	}

	/**
	 * The close begins, and with it the time that code of the application has.
	 */
	void begin() {
		this.deadline = Threads.deadline(this.timeout);
	}

	/**
	 * End the deliveries to listeners.
	 */
	void endSubscriptions() {
		this.subscriptions.forEach(Subscription::stop);
		long reserve = Math.min(RESERVE, this.timeout.dividedBy(4).toNanos());
		this.subscriptions.forEach((subscription) -> subscription.awaitEnd(this.deadline - reserve));
	}

	/**
	 * Complete the futures that are left.
	 */
	void endCompletions() {
		this.completions.close(this.deadline);
	}

	/**
	 * The log is closed.
	 */
	void end() {
		this.closed.countDown();
	}

	/**
	 * Wait until another thread has closed the log. Not interruptible; the interrupt flag
	 * is kept.
	 */
	void awaitEnd() {
		if (this.completions.isCurrentThread() || this.subscriptions.stream().anyMatch(Subscription::isCurrentThread)) {
			// The other thread waits for this one.
			return;
		}
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
