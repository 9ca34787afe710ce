// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.thread;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A thread of the log. It is started before it has a task, so that an open fails before
 * anything was changed where no thread can be started, and stays until the log is closed.
 */
public final class LogThread implements Runnable {

	private final Thread thread;

	private volatile @Nullable Runnable task;

	private volatile boolean cancelled;

	private LogThread(ThreadFactory factory, String name) {
		this.thread = factory.newThread(this);
		this.thread.setName(name);
	}

	/**
	 * Start a thread, which waits for its task.
	 * @throws OutOfMemoryError if the operating system has no thread left
	 */
	public static LogThread start(ThreadFactory factory, String name) {
		LogThread thread = new LogThread(factory, name);
		thread.thread.start();
		return thread;
	}

	/**
	 * Have the thread run a task, and end with it.
	 */
	public void run(Runnable task) {
		this.task = task;
		wake();
	}

	/**
	 * Have the thread end if it has no task.
	 */
	public void cancel() {
		this.cancelled = true;
		wake();
	}

	/**
	 * Wake the thread if it is parked.
	 */
	public void wake() {
		LockSupport.unpark(this.thread);
	}

	public Thread thread() {
		return this.thread;
	}

	public boolean isCurrent() {
		return Thread.currentThread() == this.thread;
	}

	@Override
	public void run() {
		Runnable task = this.task;
		while (task == null && !this.cancelled) {
			LockSupport.park(this);
			Thread.interrupted();
			task = this.task;
		}
		if (task != null) {
			task.run();
		}
	}

}
