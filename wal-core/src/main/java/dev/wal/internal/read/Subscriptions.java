// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

import dev.wal.Lsn;
import dev.wal.WalFollower;
import dev.wal.WalRecordListener;
import dev.wal.WalSubscription;
import dev.wal.internal.thread.DurableSignal;

/**
 * The subscriptions of a log that have not ended. Thread-safe.
 */
public final class Subscriptions {

	private final Function<Lsn, WalFollower> source;

	private final ThreadFactory factory;

	private final DurableSignal signal;

	private final Duration closeTimeout;

	private final Set<Subscription> all = ConcurrentHashMap.newKeySet();

	/**
	 * Create it.
	 * @param source opens a follower at an LSN
	 * @param factory creates a thread for each
	 * @param closeTimeout how long to wait for a listener when its subscription is closed
	 */
	public Subscriptions(Function<Lsn, WalFollower> source, ThreadFactory factory, DurableSignal signal,
			Duration closeTimeout) {
		this.source = source;
		this.factory = factory;
		this.signal = signal;
		this.closeTimeout = closeTimeout;
	}

	/**
	 * Start to deliver records to a listener.
	 * @param from the LSN of the first record
	 */
	public WalSubscription add(Lsn from, WalRecordListener listener) {
		Subscription subscription = new Subscription(this.source, from, listener, this.signal, this.closeTimeout,
				this.all::remove);
		try {
			this.all.add(subscription);
			subscription.start(this.factory);
		}
		catch (RuntimeException | Error ex) {
			subscription.abandon();
			throw ex;
		}
		return subscription;
	}

	/**
	 * End all deliveries.
	 * @param deadline when to stop waiting for listeners, in nanoTime
	 */
	public void close(long deadline) {
		this.all.forEach(Subscription::stop);
		this.all.forEach((subscription) -> subscription.awaitEnd(deadline));
	}

	/**
	 * Return whether the calling thread is one that delivers.
	 */
	public boolean isCurrentThread() {
		return this.all.stream().anyMatch(Subscription::isCurrentThread);
	}

}
