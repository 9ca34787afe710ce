// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs every task at once, on the thread that brings it.
 * <p>
 * It is what makes file access proof against interrupts. An interrupt closes a
 * {@link java.nio.channels.FileChannel} under all that use it, because that is an
 * {@link java.nio.channels.InterruptibleChannel}. An
 * {@link java.nio.channels.AsynchronousFileChannel} is none: it does the same positional
 * reads and writes on the threads of its executor, and with this one that is the caller's
 * thread, without any hand-over.
 */
final class SameThreadExecutor extends AbstractExecutorService {

	static final SameThreadExecutor INSTANCE = new SameThreadExecutor();

	private SameThreadExecutor() {
	}

	@Override
	public void execute(Runnable task) {
		task.run();
	}

	@Override
	public void shutdown() {
		// One instance serves all files.
	}

	@Override
	public List<Runnable> shutdownNow() {
		return List.of();
	}

	@Override
	public boolean isShutdown() {
		return false;
	}

	@Override
	public boolean isTerminated() {
		return false;
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) {
		return false;
	}

}
