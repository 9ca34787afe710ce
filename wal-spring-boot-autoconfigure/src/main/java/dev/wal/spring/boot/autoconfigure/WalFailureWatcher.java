// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalFailedException;
import dev.wal.WalObserver;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalFailedEvent;
import dev.wal.spring.lifecycle.OpenLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Keeps traffic away from the application while the log rejects appends, and breaks the
 * liveness state when the log fails where the user wants that. If the log fails while the
 * application starts, the start fails.
 * <p>
 * The application gets traffic again when the log accepts appends again, unless something
 * else has refused it by then: the start that has not finished its replay, a shutdown, or
 * the application itself.
 */
final class WalFailureWatcher implements WalObserver, ApplicationListener<AvailabilityChangeEvent<ReadinessState>>,
		ApplicationRunner, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(WalFailureWatcher.class);

	private final ApplicationContext context;

	/** Looked up later, because this observer is a part of the log. */
	private final ObjectProvider<WriteAheadLog> wal;

	private final boolean breaksLiveness;

	private volatile WalState state = WalState.OPEN;

	/** What everything but the log wants. */
	private volatile ReadinessState wanted = ReadinessState.REFUSING_TRAFFIC;

	/** What the application was told last. */
	private volatile ReadinessState current = ReadinessState.REFUSING_TRAFFIC;

	/**
	 * Create a watcher.
	 * @param availability is created before this, so that it is told of an event first:
	 * what this publishes in return has to be the last word
	 */
	WalFailureWatcher(ApplicationContext context, ObjectProvider<WriteAheadLog> wal, boolean breaksLiveness,
			ObjectProvider<ApplicationAvailability> availability) {
		availability.ifAvailable((created) -> {
		});
		this.context = context;
		this.wal = wal;
		this.breaksLiveness = breaksLiveness;
	}

	@Override
	public void stateChanged(WalState state) {
		this.state = state;
		start(this::adjustReadiness);
	}

	@Override
	public void failed(Throwable cause) {
		this.state = WalState.FAILED;
		start(() -> publishFailure(cause));
	}

	private static void start(Runnable publication) {
		// The caller is a thread that appends, and listeners may be slow or call the log.
		Thread thread = new Thread(publication, "wal-state");
		thread.setDaemon(true);
		thread.start();
	}

	private void publishFailure(Throwable cause) {
		// Traffic first: listeners may be slow.
		adjustReadiness();
		if (this.breaksLiveness) {
			publish(() -> AvailabilityChangeEvent.publish(this.context, LivenessState.BROKEN));
		}
		publish(() -> this.context.publishEvent(new WalFailedEvent(cause)));
	}

	private synchronized void adjustReadiness() {
		ReadinessState now = (this.state == WalState.OPEN) ? this.wanted : ReadinessState.REFUSING_TRAFFIC;
		if (now != this.current) {
			publish(() -> AvailabilityChangeEvent.publish(this.context, this, now));
		}
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		this.current = event.getState();
		if (event.getSource() != this) {
			this.wanted = event.getState();
			if (this.state != WalState.OPEN) {
				adjustReadiness();
			}
		}
	}

	private void publish(Runnable publication) {
		try {
			publication.run();
		}
		catch (RuntimeException ex) {
			logger.warn("A listener for an event of the write-ahead log threw an exception", ex);
		}
	}

	@Override
	public void run(ApplicationArguments args) {
		WriteAheadLog log = this.wal.getObject();
		if (OpenLog.isMock(log)) {
			return;
		}
		WalStatus status = log.status();
		if (status.state() == WalState.FAILED) {
			throw new WalFailedException(
					"The write-ahead log failed while the application was starting. The application does not start.",
					status.durableLsn(), status.failure());
		}
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
