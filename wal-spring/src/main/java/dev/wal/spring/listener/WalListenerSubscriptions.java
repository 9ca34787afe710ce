// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.wal.Lsn;
import dev.wal.WalRecordListener;
import dev.wal.WalSubscription;
import dev.wal.WriteAheadLog;
import dev.wal.spring.lifecycle.BeanNames;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.lifecycle.RecoveredLsn;
import dev.wal.spring.lifecycle.WalLifecycle;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Subscribes the {@link WalRecordListener} beans to the records that this run appends.
 * Starts after the replay has finished, and ends the subscriptions before the log closes.
 * When the context stops and starts again, each listener continues at its position.
 */
public final class WalListenerSubscriptions implements WalListenerDeliveries, SmartLifecycle {

	/** Starts after the log, and stops after the beans that append and before the log. */
	static final int PHASE = WalLifecycle.PHASE + 1024;

	private final WriteAheadLog wal;

	private final ListableBeanFactory beanFactory;

	private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

	private boolean replayed;

	private volatile boolean running;

	/**
	 * Create the subscriptions, none of which is active yet.
	 * @param wal the log
	 * @param beanFactory where the listeners are found
	 * @param replayed whether there is no replay to wait for
	 */
	public WalListenerSubscriptions(WriteAheadLog wal, ListableBeanFactory beanFactory, boolean replayed) {
		this.wal = wal;
		this.beanFactory = beanFactory;
		this.replayed = replayed;
	}

	/**
	 * Start the deliveries, because the replay has finished.
	 */
	public synchronized void replayed() {
		this.replayed = true;
		if (this.running) {
			subscribe();
		}
	}

	@Override
	public synchronized void start() {
		this.running = true;
		if (this.replayed) {
			subscribe();
		}
	}

	private void subscribe() {
		if (this.subscribers.isEmpty() && !OpenLog.isMock(this.wal)) {
			Lsn first = RecoveredLsn.of(this.wal).next();
			this.beanFactory.getBeanProvider(WalRecordListener.class)
				.orderedStream()
				.forEach((listener) -> this.subscribers.add(new Subscriber(
						BeanNames.of(this.beanFactory, WalRecordListener.class, listener), listener, first)));
		}
		for (Subscriber subscriber : this.subscribers) {
			subscriber.start(this.wal);
		}
	}

	@Override
	public List<Delivery> deliveries() {
		return this.subscribers.stream().map(Subscriber::describe).toList();
	}

	@Override
	public void stop(Runnable callback) {
		// Waits for the current delivery on another thread, so that the context can give
		// up after its timeout.
		Thread thread = new Thread(() -> {
			try {
				stop();
			}
			finally {
				callback.run();
			}
		}, "wal-listeners-stop");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public synchronized void stop() {
		try {
			this.subscribers.forEach(Subscriber::stop);
		}
		finally {
			this.running = false;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private static final class Subscriber {

		private final String name;

		private final WalRecordListener listener;

		private volatile Lsn next;

		private volatile @Nullable WalSubscription subscription;

		Subscriber(String name, WalRecordListener listener, Lsn next) {
			this.name = name;
			this.listener = listener;
			this.next = next;
		}

		void start(WriteAheadLog wal) {
			if (this.subscription == null) {
				Lsn first = wal.firstLsn();
				this.subscription = wal.subscribe(first.isAfter(this.next) ? first : this.next, this.listener);
			}
		}

		Delivery describe() {
			WalSubscription subscription = this.subscription;
			return (subscription != null)
					? new Delivery(this.name, subscription.position(), subscription.isActive(),
							subscription.failureCount(), subscription.heldUpFor(), subscription.lastFailure())
					: new Delivery(this.name, this.next, false, 0, Duration.ZERO, null);
		}

		void stop() {
			WalSubscription subscription = this.subscription;
			if (subscription != null) {
				subscription.close();
				this.next = subscription.position();
				this.subscription = null;
			}
		}

	}

}
