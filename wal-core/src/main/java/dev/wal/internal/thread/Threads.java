// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.thread;

/**
 * How the log treats its threads: none is ever interrupted.
 */
public final class Threads {

	private Threads() {
	}

	/**
	 * Wait for a thread to end, unless it is the calling one. Not interruptible; the
	 * interrupt flag is kept.
	 */
	public static void join(Thread thread) {
		boolean interrupted = false;
		while (thread != Thread.currentThread() && thread.isAlive()) {
			try {
				thread.join();
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
