// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Does something every so often on a thread of its own, until it is closed. The first
 * failure ends it, and comes out when it is closed.
 */
final class PeriodicTask implements Closeable {

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

	private final Future<?> future;

	PeriodicTask(long intervalMillis, Runnable task) {
		this.future = this.executor.scheduleWithFixedDelay(task, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() throws IOException {
		boolean failed = this.future.isDone();
		this.future.cancel(false);
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(1, TimeUnit.MINUTES)) {
				throw new IOException("A periodic task takes more than a minute");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (failed) {
			throw new IOException("A periodic task failed");
		}
	}

}
