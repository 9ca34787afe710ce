// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Runs the attempts of a task, one at a time, and reports on them. Thread-safe.
 */
public final class Attempts {

	private final ReentrantLock lock = new ReentrantLock();

	/** Replaced under the lock, read without. */
	private volatile WalTaskReport report = WalTaskReport.NONE;

	/**
	 * Make an attempt. Waits until no other is running.
	 * @param <T> the kind of result
	 * @param attempt what to do; if it throws, it failed
	 * @param success whether what it returned is a success, or only no failure
	 * @return what the attempt returned
	 */
	public <T> T make(Supplier<T> attempt, Predicate<T> success) {
		this.lock.lock();
		try {
			T result = attempt.get();
			WalTaskReport before = this.report;
			this.report = new WalTaskReport(before.failureCount(), null, null,
					success.test(result) ? Instant.now() : before.lastSuccess());
			return result;
		}
		catch (RuntimeException ex) {
			WalTaskReport before = this.report;
			Instant since = before.failingSince();
			this.report = new WalTaskReport(before.failureCount() + 1, ex, (since != null) ? since : Instant.now(),
					before.lastSuccess());
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return the report on the attempts so far. Takes no lock.
	 * @return the report
	 */
	public WalTaskReport report() {
		return this.report;
	}

}
