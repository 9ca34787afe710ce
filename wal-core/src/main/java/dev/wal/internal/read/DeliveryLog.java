// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.wal.internal.thread.Breach;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what holds up the delivery to a listener: each kind of failure once, at most once
 * a minute, and the record that ends it. A listener may fail at every record, many times
 * a second. Not thread-safe.
 */
final class DeliveryLog {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryLog.class);

	private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

	private final String listener;

	private final LongSupplier nanoTime;

	private final Breach logging = new Breach("The logging system");

	/** When each kind of failure was logged last. */
	private final Map<Class<?>, Long> loggedAt = new HashMap<>();

	/** What was logged since a record was last delivered. */
	private final Set<Class<?>> logged = new HashSet<>();

	private long failures;

	DeliveryLog(String listener, LongSupplier nanoTime) {
		this.listener = listener;
		this.nanoTime = nanoTime;
	}

	/**
	 * The listener threw an exception.
	 */
	void failed(long lsn, Throwable failure) {
		if (isNews(failure)) {
			this.logging
				.guard(() -> logger.warn(
						"{} failed at LSN {}; the record will be delivered again. The same "
								+ "failure is not logged again until a record was delivered",
						this.listener, lsn, failure));
		}
	}

	/**
	 * The next record could not be read.
	 */
	void unreadable(long lsn, Throwable failure) {
		if (isNews(failure)) {
			this.logging.guard(() -> logger.warn("Could not read LSN {} for {}; retrying: {}", lsn, this.listener,
					failure.getMessage()));
		}
	}

	private boolean isNews(Throwable failure) {
		this.failures++;
		Class<?> kind = failure.getClass();
		Long last = this.loggedAt.get(kind);
		long now = this.nanoTime.getAsLong();
		if (this.logged.contains(kind) || (last != null && now - last < PAUSE)) {
			return false;
		}
		this.loggedAt.put(kind, now);
		this.logged.add(kind);
		return true;
	}

	/**
	 * A record was delivered.
	 */
	void delivered(long lsn) {
		if (this.failures == 0) {
			return;
		}
		long count = this.failures;
		this.failures = 0;
		if (!this.logged.isEmpty()) {
			this.logged.clear();
			this.logging.guard(() -> logger.info("{} gets records again: LSN {} was delivered after {} failure(s)",
					this.listener, lsn, count));
		}
	}

}
