// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs forces that take long, once a minute at most. Called by one thread at a time.
 */
final class SlowForces {

	private static final Logger logger = LoggerFactory.getLogger(SlowForces.class);

	/** In nanoseconds. */
	static final long THRESHOLD = TimeUnit.SECONDS.toNanos(1);

	private final long pause;

	/** When one was logged last, in nanoTime, or 0 if none was. */
	private long loggedAt;

	private long notLogged;

	SlowForces() {
		this(TimeUnit.MINUTES.toNanos(1));
	}

	SlowForces(long pause) {
		this.pause = pause;
	}

	/**
	 * A force that took long has ended.
	 * @param segment what was forced; asked for its name only if the force is logged
	 * @param nanos how long it took
	 * @param records how many records it made durable
	 */
	void ended(Object segment, long nanos, long records) {
		long now = System.nanoTime();
		if (this.loggedAt != 0 && now - this.loggedAt < this.pause) {
			this.notLogged++;
			return;
		}
		logger.warn(
				"A force of {} took {} ms, and {} record(s) waited for it. {} more slow force(s) since the last"
						+ " such line. Nothing is lost; look at the disk",
				segment, TimeUnit.NANOSECONDS.toMillis(nanos), records, this.notLogged);
		this.loggedAt = now | 1;
		this.notLogged = 0;
	}

}
