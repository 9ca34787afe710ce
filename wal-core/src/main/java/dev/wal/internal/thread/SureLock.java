// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.thread;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that {@link #lock()} always takes. The lock of the JDK allocates memory when it
 * has to wait, and throws if there is none: threads that rely on the caller would then
 * wait for ever. This one tries again.
 */
public final class SureLock extends ReentrantLock {

	private static final long serialVersionUID = 1L;

	@Override
	// There is no better way to wait without memory.
	@SuppressWarnings("ThreadPriorityCheck")
	public void lock() {
		while (true) {
			try {
				super.lock();
				return;
			}
			catch (OutOfMemoryError ex) {
				Thread.yield();
			}
		}
	}

}
