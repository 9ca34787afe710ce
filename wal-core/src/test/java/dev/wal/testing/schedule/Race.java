// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * Threads of a test. Who waits for one that hangs gets a dump of all.
 */
public final class Race implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 30;

	private final ExecutorService executor = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "race");
		thread.setDaemon(true);
		return thread;
	});

	public <T> Future<T> start(Callable<T> task) {
		return this.executor.submit(task);
	}

	/**
	 * Start tasks that all begin at the same moment.
	 */
	public <T> List<Future<T>> startTogether(int count, IntFunction<T> task) {
		CyclicBarrier barrier = new CyclicBarrier(count);
		List<Future<T>> started = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int number = i;
			started.add(start(() -> {
				barrier.await();
				return task.apply(number);
			}));
		}
		return started;
	}

	public static <T> List<T> join(List<Future<T>> started) throws Exception {
		List<T> results = new ArrayList<>();
		for (Future<T> future : started) {
			results.add(join(future));
		}
		return results;
	}

	/**
	 * Return the result, or throw what the task threw.
	 */
	public static <T> T join(Future<T> started) throws Exception {
		try {
			return started.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			throw ex;
		}
		catch (TimeoutException ex) {
			throw new AssertionError("Hangs:\n" + dump(), ex);
		}
	}

	/**
	 * Return what became of each: {@code null}, or what it threw.
	 */
	public static List<Throwable> failures(List<? extends Future<?>> started) throws InterruptedException {
		List<Throwable> failures = new ArrayList<>();
		for (Future<?> future : started) {
			try {
				future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
				failures.add(null);
			}
			catch (ExecutionException ex) {
				failures.add(ex.getCause());
			}
			catch (TimeoutException ex) {
				throw new AssertionError("Hangs:\n" + dump(), ex);
			}
		}
		return failures;
	}

	public static String dump() {
		StringBuilder dump = new StringBuilder();
		for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
			dump.append(entry.getKey()).append(' ').append(entry.getKey().getState()).append('\n');
			for (StackTraceElement element : entry.getValue()) {
				dump.append("    ").append(element).append('\n');
			}
		}
		return dump.toString();
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
