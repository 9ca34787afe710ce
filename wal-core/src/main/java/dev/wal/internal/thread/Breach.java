// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.thread;

import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What foreign code threw although it must not. It is logged once and changes nothing.
 */
public final class Breach {

	private static final Logger logger = LoggerFactory.getLogger(Breach.class);

	private final String culprit;

	private final AtomicBoolean logged = new AtomicBoolean();

	/**
	 * Create a breach.
	 * @param culprit says which code it is
	 */
	public Breach(String culprit) {
		this.culprit = culprit;
	}

	/**
	 * Run foreign code. Never throws.
	 */
	public void guard(Runnable code) {
		try {
			code.run();
		}
		catch (Throwable ex) {
			log(ex);
		}
	}

	/**
	 * Log the first breach. Never throws.
	 */
	public void log(Throwable thrown) {
		if (this.logged.compareAndSet(false, true)) {
			try {
				logger.warn("{} threw an exception, which the log ignores. Further ones are not logged", this.culprit,
						thrown);
			}
			catch (Throwable ex) {
				// Logging is foreign code as well, and memory may be short: the next
				// breach tries again.
				this.logged.set(false);
			}
		}
	}

}
