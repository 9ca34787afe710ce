// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The simplest group commit that is fast: the first caller leads, everybody else who
 * comes during that joins the next batch, and its first member leads then. No checksums,
 * no recovery, no bound on anything. Used for the floor, and for peers that can commit
 * many records at once but leave the grouping to their users: without it they would stay
 * at the rate of one thread.
 */
final class GroupCommit {

	private final Sink sink;

	private final ReentrantLock lock = new ReentrantLock();

	/** Guarded by the lock. */
	private Batch filling = new Batch();

	/** Whether there is a leader. Guarded by the lock. */
	private boolean led;

	/** Handed from leader to leader. */
	private int lastCount;

	GroupCommit(Sink sink) {
		this.sink = sink;
	}

	/**
	 * Append a record, and return once it was committed.
	 */
	void append(byte[] payload) throws Exception {
		Thread current = Thread.currentThread();
		Batch batch;
		this.lock.lock();
		try {
			batch = this.filling;
			batch.add(payload, current);
			if (!this.led) {
				this.led = true;
				batch.leader = current;
			}
		}
		finally {
			this.lock.unlock();
		}
		while (!batch.done && batch.leader != current) {
			LockSupport.park(this);
		}
		if (!batch.done) {
			lead(batch);
		}
		Exception failure = batch.failure;
		if (failure != null) {
			throw new IllegalStateException("The commit of a batch failed", failure);
		}
	}

	// Correct without the yield, only slower.
	@SuppressWarnings("ThreadPriorityCheck")
	private void lead(Batch batch) {
		if (this.lastCount > 1) {
			// Those whom the last commit woke are about to append: let them join.
			Thread.yield();
		}
		this.lock.lock();
		try {
			this.filling = new Batch();
		}
		finally {
			this.lock.unlock();
		}
		try {
			this.sink.commit(batch.payloads, batch.count);
		}
		catch (Exception ex) {
			batch.failure = ex;
		}
		this.lastCount = batch.count;
		Thread next = null;
		this.lock.lock();
		try {
			if (this.filling.count > 0) {
				next = this.filling.threads[0];
				this.filling.leader = next;
			}
			else {
				this.led = false;
			}
		}
		finally {
			this.lock.unlock();
		}
		// The disk waits for the next leader only.
		LockSupport.unpark(next);
		batch.done = true;
		for (int i = 0; i < batch.count; i++) {
			LockSupport.unpark(batch.threads[i]);
		}
	}

	/**
	 * Where batches go.
	 */
	@FunctionalInterface
	interface Sink {

		/**
		 * Make records durable. Called by one thread at a time.
		 */
		void commit(byte[][] payloads, int count) throws Exception;

	}

	private static final class Batch {

		private byte[][] payloads = new byte[64][];

		private Thread[] threads = new Thread[64];

		private int count;

		private volatile @Nullable Thread leader;

		private volatile boolean done;

		private volatile @Nullable Exception failure;

		void add(byte[] payload, Thread thread) {
			if (this.count == this.payloads.length) {
				this.payloads = Arrays.copyOf(this.payloads, this.count * 2);
				this.threads = Arrays.copyOf(this.threads, this.count * 2);
			}
			this.payloads[this.count] = payload;
			this.threads[this.count++] = thread;
		}

	}

}
