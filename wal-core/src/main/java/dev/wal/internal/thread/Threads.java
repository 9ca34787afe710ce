// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.thread;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How the log creates threads and waits for them: none is ever interrupted.
 */
public final class Threads {

	private static final Duration LONGEST = Duration.ofDays(36_500);

	private Threads() {
	}

	/**
	 * Create a thread that does not keep the process alive.
	 */
	public static Thread daemon(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Wait for a thread to end, unless it is the calling one. Not interruptible; the
	 * interrupt flag is kept.
	 */
	public static void join(Thread thread) {
		boolean ended = false;
		while (!ended) {
			ended = join(thread, System.nanoTime() + TimeUnit.DAYS.toNanos(1));
		}
	}

	/**
	 * Wait for a thread to end, unless it is the calling one. Not interruptible; the
	 * interrupt flag is kept.
	 * @param deadline when to stop waiting, in nanoTime
	 * @return whether it has ended, or is the calling one
	 */
	public static boolean join(Thread thread, long deadline) {
		if (thread == Thread.currentThread()) {
			return true;
		}
		boolean interrupted = false;
		try {
			while (thread.isAlive()) {
				long left = deadline - System.nanoTime();
				if (left <= 0) {
					return false;
				}
				try {
					TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(left, 1_000_000));
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			return true;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Return the end of a period that begins now, in nanoTime.
	 */
	public static long deadline(Duration period) {
		// More nanoseconds than anybody waits, and few enough to count with.
		Duration bounded = (period.compareTo(LONGEST) < 0) ? period : LONGEST;
		return System.nanoTime() + bounded.toNanos();
	}

	/**
	 * Describe what a thread is doing, for a log message.
	 */
	public static String describe(Thread thread) {
		StringBuilder text = new StringBuilder(thread.getName());
		for (StackTraceElement frame : thread.getStackTrace()) {
			text.append(System.lineSeparator()).append("\tat ").append(frame);
		}
		return text.toString();
	}

}
