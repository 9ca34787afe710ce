package dev.wal.spring.replay;

import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Makes attempts at something, one at a time, and remembers what became of them for those
 * who watch. Thread-safe.
 */
public final class Attempts {

	private final ReentrantLock lock = new ReentrantLock();

	/** Changed under the lock, read without. */
	private volatile long failureCount;

	private volatile @Nullable Throwable lastFailure;

	private volatile @Nullable Instant lastSuccess;

	/**
	 * Make an attempt, once no other is under way.
	 * @param attempt what to do; if it throws, it failed
	 * @param success whether what it returned is a success, or only no failure
	 * @return what the attempt returned
	 */
	public <T> T make(Supplier<T> attempt, Predicate<T> success) {
		this.lock.lock();
		try {
			T result = attempt.get();
			this.lastFailure = null;
			if (success.test(result)) {
				this.lastSuccess = Instant.now();
			}
			return result;
		}
		catch (RuntimeException ex) {
			long failures = this.failureCount;
			this.failureCount = failures + 1;
			this.lastFailure = ex;
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	public long failureCount() {
		return this.failureCount;
	}

	/**
	 * Return why the last attempt failed, or {@code null} if it did not.
	 */
	public @Nullable Throwable lastFailure() {
		return this.lastFailure;
	}

	public @Nullable Instant lastSuccess() {
		return this.lastSuccess;
	}

}
