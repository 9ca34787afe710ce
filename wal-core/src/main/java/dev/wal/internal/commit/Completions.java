// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.Overflow;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.WalOverloadedException;
import dev.wal.internal.thread.Breach;
import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.SureLock;
import dev.wal.internal.thread.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes the futures of asynchronous appends, in LSN order, on a thread of its own:
 * what depends on a future runs on the thread that completes it, and must not delay the
 * log. That thread also tells the observer what the other threads of the log did.
 * Thread-safe.
 */
public final class Completions implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Completions.class);

	/** How many futures are completed after the room that they took was released. */
	private static final int STEP = 128;

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private final WalOptions options;

	private final WalObserver observer;

	private final Intake intake;

	private final Announcer announcer;

	private final Counters counters;

	private final LogThread thread;

	private final ReentrantLock lock = new SureLock();

	private final Condition released = this.lock.newCondition();

	/** Batches that have ended, the last one first, linked to those before. */
	private final AtomicReference<@Nullable Batch> ended = new AtomicReference<>();

	private final AtomicLong inFlight = new AtomicLong();

	private final Breach breach = new Breach("What depends on the future of an asynchronous append");

	private volatile boolean stopped;

	public Completions(WalOptions options, Intake intake, Announcer announcer, Counters counters, LogThread thread) {
		this.options = options;
		this.observer = options.log().observer();
		this.intake = intake;
		this.announcer = announcer;
		this.counters = counters;
		this.thread = thread;
	}

	public void start() {
		this.thread.run(this);
	}

	/**
	 * Reserve room for an asynchronous append.
	 * @throws WalOverloadedException if there is none and the overflow policy says so
	 */
	void reserve(long size) {
		if (tryReserve(size)) {
			return;
		}
		if (this.options.log().overflow() == Overflow.FAIL) {
			this.counters.rejectedAppends.incrementAndGet();
			this.counters.rejectedOverloaded.incrementAndGet();
			WalOverloadedException overloaded = new WalOverloadedException(this.inFlight.get(),
					this.options.log().maxInFlight());
			this.observer.rejected(overloaded);
			throw overloaded;
		}
		this.lock.lock();
		try {
			while (!tryReserve(size)) {
				this.intake.checkAccepting();
				this.released.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Reserve room if there is enough. The limit is not exceeded for a moment, since
	 * another append would be rejected in it. The thread that completes futures never
	 * waits: it is the one that makes room.
	 */
	private boolean tryReserve(long size) {
		long now;
		do {
			now = this.inFlight.get();
			if (now != 0 && now + size > this.options.log().maxInFlight() && !this.thread.isCurrent()) {
				return false;
			}
		}
		while (!this.inFlight.compareAndSet(now, now + size));
		return true;
	}

	/**
	 * Release room, and have the appends that wait for it look again.
	 */
	void release(long size) {
		this.inFlight.addAndGet(-size);
		lookAgain();
	}

	/**
	 * Have the appends that wait for room look again.
	 */
	public void lookAgain() {
		this.lock.lock();
		try {
			this.released.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Have the futures of a batch that has ended completed. Never throws.
	 */
	void complete(Batch batch) {
		if (batch.pending().isEmpty()) {
			return;
		}
		batch.join();
		Batch last;
		do {
			last = this.ended.get();
			batch.endedBefore = last;
		}
		while (!this.ended.compareAndSet(last, batch));
		if (last == null) {
			this.thread.wake();
		}
	}

	/**
	 * Have the observer told what happened, on the thread of this object.
	 */
	void tell() {
		if (this.announcer.hasNews()) {
			this.thread.wake();
		}
	}

	@Override
	public void run() {
		while (true) {
			boolean last = this.stopped;
			this.announcer.tell();
			Batch batch = takeEnded();
			if (batch == null && last) {
				return;
			}
			if (batch == null) {
				LockSupport.park(this);
			}
			while (batch != null) {
				Batch next = batch.endedBefore;
				batch.endedBefore = null;
				completeAll(batch);
				this.intake.leave(batch);
				batch = next;
			}
			// Set by foreign code, it would make this loop spin.
			Thread.interrupted();
		}
	}

	/**
	 * Take all batches that have ended.
	 * @return the first of them, linked to those after it, or {@code null}
	 */
	private @Nullable Batch takeEnded() {
		Batch first = null;
		Batch last = this.ended.getAndSet(null);
		while (last != null) {
			Batch before = last.endedBefore;
			last.endedBefore = first;
			first = last;
			last = before;
		}
		return first;
	}

	private void completeAll(Batch batch) {
		List<PendingAppend> pending = batch.pending();
		for (int from = 0; from < pending.size(); from += STEP) {
			int to = Math.min(from + STEP, pending.size());
			long size = 0;
			for (int i = from; i < to; i++) {
				size += pending.get(i).size();
			}
			// Before: what depends on these futures may wait for another append.
			release(size);
			for (int i = from; i < to; i++) {
				complete(pending.get(i), batch);
			}
		}
	}

	/**
	 * Complete a future, and have the observer told before.
	 */
	private void complete(PendingAppend append, Batch batch) {
		if (batch.state() != Batch.FAILED) {
			this.observer.appended(append.records(), append.bytes(), System.nanoTime() - append.began());
		}
		while (!append.future().isDone()) {
			try {
				append.complete(batch);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
				// Where there was no memory to complete it, there may be some later.
				LockSupport.parkNanos(this, PAUSE);
			}
		}
	}

	/**
	 * Return whether the calling thread is the one that completes futures.
	 */
	public boolean isCurrentThread() {
		return this.thread.isCurrent();
	}

	/**
	 * Complete and tell what is left, then end the thread. Says so in the log if that
	 * takes too long.
	 * @param deadline when to stop waiting, in nanoTime
	 */
	public void close(long deadline) {
		this.stopped = true;
		this.thread.wake();
		Thread blocked = Threads.join(this.thread.thread(), deadline) ? this.announcer.teller() : this.thread.thread();
		if (blocked != null && blocked != Thread.currentThread()) {
			this.breach.guard(() -> logger.warn(
					"What depends on an asynchronous append, or an observer, has not"
							+ " returned, and is not waited for any longer. Its thread is in\n{}",
					Threads.describe(blocked)));
		}
	}

}
