// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.file.Path;

import dev.wal.WalException;
import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a log, started before anything is changed on the disk.
 *
 * @param flusher commits for callers that cannot
 * @param preallocator prepares segments
 * @param completions completes futures
 */
record LogThreads(LogThread flusher, LogThread preallocator, LogThread completions) {

	/**
	 * Start all threads, or none.
	 * @param directory the directory of the log, for messages
	 * @throws WalException if a thread cannot be started
	 */
	static LogThreads start(Path directory) {
		LogThread flusher = null;
		LogThread preallocator = null;
		try {
			flusher = LogThread.start("wal-flusher");
			preallocator = LogThread.start("wal-preallocator");
			return new LogThreads(flusher, preallocator, LogThread.start("wal-completions"));
		}
		catch (Throwable ex) {
			cancel(flusher);
			cancel(preallocator);
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
	}

	private static void cancel(@Nullable LogThread thread) {
		if (thread != null) {
			thread.cancel();
			Threads.join(thread.thread());
		}
	}

}
