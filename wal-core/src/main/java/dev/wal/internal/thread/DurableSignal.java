// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.thread;

import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;

/**
 * Wakes those that wait for the durable LSN to rise. Costs one volatile read while nobody
 * waits. Thread-safe.
 */
public final class DurableSignal {

	private final SureLock lock = new SureLock();

	private final Condition changed = this.lock.newCondition();

	private volatile int waiting;

	/**
	 * Have those that wait look again.
	 */
	public void advanced() {
		if (this.waiting > 0) {
			this.lock.lock();
			try {
				this.changed.signalAll();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * Wait until a condition holds.
	 * @param nanos how long to wait at most
	 * @return whether it holds
	 */
	@SuppressWarnings("NonAtomicVolatileUpdate") // changed under the lock, read without
	public boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			this.waiting++;
			long left = nanos;
			while (!condition.getAsBoolean()) {
				if (left <= 0) {
					return false;
				}
				left = this.changed.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.waiting--;
			this.lock.unlock();
		}
	}

}
