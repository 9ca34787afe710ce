// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalException;
import dev.wal.WalFollower;
import dev.wal.WalListener;
import dev.wal.WalRecord;
import dev.wal.WalSubscription;
import dev.wal.internal.thread.DurableSignal;
import dev.wal.internal.thread.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the records that a follower reads to a listener.
 */
public final class Subscription implements WalSubscription, Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Subscription.class);

	private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(10);

	private final WalFollower follower;

	private final WalListener listener;

	private final DurableSignal signal;

	private final Consumer<Subscription> onEnd;

	private final Thread thread;

	private final AtomicLong failures = new AtomicLong();

	private volatile long position;

	private volatile @Nullable Throwable lastFailure;

	private volatile boolean closed;

	private volatile boolean active = true;

	public Subscription(WalFollower follower, WalListener listener, DurableSignal signal,
			Consumer<Subscription> onEnd) {
		this.follower = follower;
		this.listener = listener;
		this.signal = signal;
		this.onEnd = onEnd;
		this.position = follower.position().value();
		this.thread = new Thread(this, "wal-listener");
		this.thread.setDaemon(true);
	}

	public void start() {
		this.thread.start();
	}

	@Override
	public void run() {
		try {
			while (!this.closed) {
				try {
					deliver(this.follower.take());
				}
				catch (InterruptedException ex) {
					// Only close() ends this thread.
					logger.debug("Interrupted; continuing", ex);
				}
			}
		}
		catch (WalClosedException ex) {
			logger.trace("The log or the subscription was closed", ex);
		}
		catch (WalException ex) {
			this.lastFailure = ex;
			logger.error("Delivery to {} has stopped", this.listener.getClass().getName(), ex);
		}
		catch (Error ex) {
			this.lastFailure = ex;
			throw ex;
		}
		finally {
			this.active = false;
			this.follower.close();
			this.onEnd.accept(this);
		}
	}

	private void deliver(WalRecord record) {
		long pause = FIRST_PAUSE;
		while (!this.closed) {
			try {
				this.listener.onRecord(record);
				this.position = record.lsn().value() + 1;
				return;
			}
			catch (Exception ex) {
				this.failures.incrementAndGet();
				this.lastFailure = ex;
				logger.warn("{} failed at LSN {}; the record will be delivered again",
						this.listener.getClass().getName(), record.lsn(), ex);
			}
			pause(pause);
			pause = Math.min(2 * pause, LONGEST_PAUSE);
		}
	}

	private void pause(long nanos) {
		try {
			this.signal.await(() -> this.closed, nanos);
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted; continuing", ex);
		}
	}

	@Override
	public Lsn position() {
		return Lsn.of(this.position);
	}

	@Override
	public long failureCount() {
		return this.failures.get();
	}

	@Override
	public @Nullable Throwable lastFailure() {
		return this.lastFailure;
	}

	@Override
	public boolean isActive() {
		return this.active;
	}

	@Override
	public void close() {
		this.closed = true;
		this.signal.advanced();
		if (Thread.currentThread() != this.thread) {
			this.follower.close();
			Threads.join(this.thread);
		}
	}

}
