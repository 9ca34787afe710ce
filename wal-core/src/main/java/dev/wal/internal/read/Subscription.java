// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalException;
import dev.wal.WalFollower;
import dev.wal.WalIoException;
import dev.wal.WalRecord;
import dev.wal.WalRecordListener;
import dev.wal.WalSubscription;
import dev.wal.internal.thread.Breach;
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

	private final Function<Lsn, WalFollower> source;

	private final WalRecordListener listener;

	private final DurableSignal signal;

	private final Duration closeTimeout;

	private final Consumer<Subscription> onEnd;

	private volatile @Nullable Thread thread;

	private final AtomicLong failures = new AtomicLong();

	private final DeliveryLog log;

	private final Breach logging = new Breach("The logging system");

	private volatile WalFollower follower;

	private volatile long position;

	private volatile @Nullable Throwable lastFailure;

	/** Since when the listener has had a record, in nanoTime, or 0 if it has none. */
	private volatile long busySince;

	private volatile boolean closed;

	private volatile boolean active = true;

	/**
	 * Create a subscription.
	 * @param source opens a follower at an LSN
	 * @param from the LSN of the first record to deliver
	 * @param closeTimeout how long to wait for the listener when the delivery ends
	 * @param onEnd is told when the delivery has ended
	 */
	public Subscription(Function<Lsn, WalFollower> source, Lsn from, WalRecordListener listener, DurableSignal signal,
			Duration closeTimeout, Consumer<Subscription> onEnd) {
		this.source = source;
		this.listener = listener;
		this.log = new DeliveryLog(listener.getClass().getName(), System::nanoTime);
		this.signal = signal;
		this.closeTimeout = closeTimeout;
		this.onEnd = onEnd;
		this.follower = source.apply(from);
		this.position = from.value();
	}

	/**
	 * Start the delivery.
	 * @throws WalException if no thread can be started
	 */
	void start(ThreadFactory factory) {
		try {
			Thread created = factory.newThread(this);
			created.setName("wal-listener");
			this.thread = created;
			created.start();
		}
		catch (OutOfMemoryError ex) {
			throw new WalException("Could not start a thread for " + name() + ": " + ex.getMessage()
					+ ". Allow the process more threads or more memory", ex);
		}
	}

	/**
	 * Release what the delivery uses: it was not started, or has ended.
	 */
	void abandon() {
		this.closed = true;
		end();
	}

	private void end() {
		this.active = false;
		this.follower.close();
		this.onEnd.accept(this);
	}

	private String name() {
		return this.listener.getClass().getName();
	}

	@Override
	public void run() {
		try {
			while (!this.closed) {
				try {
					deliver(next());
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
		catch (Throwable ex) {
			this.lastFailure = ex;
			this.logging.guard(() -> logger.error("Delivery to {} has stopped", name(), ex));
		}
		finally {
			end();
		}
	}

	/**
	 * Return the next record. Tries again where that may help: there may be descriptors
	 * or memory later.
	 */
	private WalRecord next() throws InterruptedException {
		long pause = FIRST_PAUSE;
		while (true) {
			try {
				return this.follower.take();
			}
			catch (WalIoException | Error ex) {
				this.lastFailure = ex;
				this.log.unreadable(this.position, ex);
			}
			pause(pause);
			pause = Math.min(2 * pause, LONGEST_PAUSE);
			reopen();
		}
	}

	/**
	 * Read on with a new follower: the old one may be in the middle of a block.
	 */
	private void reopen() {
		if (this.closed) {
			throw new WalClosedException("The subscription is closed.");
		}
		WalFollower old = this.follower;
		try {
			this.follower = this.source.apply(position());
			old.close();
		}
		catch (WalIoException | Error ex) {
			this.lastFailure = ex;
		}
	}

	private void deliver(WalRecord record) {
		long pause = FIRST_PAUSE;
		this.busySince = System.nanoTime() | 1;
		while (!this.closed) {
			try {
				this.listener.onRecord(record);
				this.position = record.lsn().value() + 1;
				this.busySince = 0;
				this.log.delivered(record.lsn().value());
				return;
			}
			catch (Throwable ex) {
				this.failures.incrementAndGet();
				this.lastFailure = ex;
				this.log.failed(record.lsn().value(), ex);
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
	public Duration heldUpFor() {
		long since = this.busySince;
		return (since == 0 || !this.active) ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
	}

	@Override
	public boolean isActive() {
		return this.active && !this.closed;
	}

	/**
	 * Return whether the calling thread is the one that delivers.
	 */
	boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	/**
	 * Deliver nothing after the record that is being delivered.
	 */
	void stop() {
		this.closed = true;
		this.signal.advanced();
		if (!isCurrentThread()) {
			this.follower.close();
		}
	}

	/**
	 * Wait for the delivery to end, after {@link #stop()}. Says so in the log if it does
	 * not.
	 * @param deadline when to stop waiting, in nanoTime
	 */
	void awaitEnd(long deadline) {
		Thread thread = this.thread;
		if (thread != null && !Threads.join(thread, deadline)) {
			this.logging.guard(() -> logger.warn(
					"{} has not returned from LSN {}, and is not waited for any longer. Its thread is in\n{}", name(),
					position(), Threads.describe(thread)));
		}
	}

	@Override
	public void close() {
		stop();
		awaitEnd(Threads.deadline(this.closeTimeout));
	}

}
