// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

import dev.wal.WalException;
import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.Threads;

/**
 * The threads of a log, started before anything is changed on the disk.
 *
 * @param factory creates further threads
 * @param flusher commits for callers that cannot
 * @param preallocator prepares segments
 * @param completions completes futures
 * @param background watches the directory
 */
record LogThreads(ThreadFactory factory, LogThread flusher, LogThread preallocator, LogThread completions,
		LogThread background) {

	/**
	 * Start all threads, or none.
	 * @param directory the directory of the log, for messages
	 * @throws WalException if a thread cannot be started
	 */
	static LogThreads start(ThreadFactory factory, Path directory) {
		List<LogThread> started = new ArrayList<>();
		try {
			for (String name : List.of("wal-flusher", "wal-preallocator", "wal-completions", "wal-background")) {
				started.add(LogThread.start(factory, name));
			}
			return new LogThreads(factory, started.get(0), started.get(1), started.get(2), started.get(3));
		}
		catch (Throwable ex) {
			started.forEach(LogThreads::cancel);
			throw new WalException("Could not start the threads of the log in " + directory + ": " + ex.getMessage()
					+ ". Nothing was changed. Allow the process more threads or more memory", ex);
		}
	}

	/**
	 * Have all threads end that have no task.
	 */
	void cancel() {
		cancel(this.flusher);
		cancel(this.preallocator);
		cancel(this.completions);
		cancel(this.background);
	}

	private static void cancel(LogThread thread) {
		thread.cancel();
		Threads.join(thread.thread());
	}

}
