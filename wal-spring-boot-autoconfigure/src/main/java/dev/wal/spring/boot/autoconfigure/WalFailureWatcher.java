// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalFailedException;
import dev.wal.WalObserver;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalFailedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;

/**
 * Stops traffic to the application when the log fails, because every append is rejected
 * until a restart, and breaks the liveness state where the user wants that. If the log
 * fails while the application starts, the start fails.
 */
final class WalFailureWatcher implements WalObserver, ApplicationRunner, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(WalFailureWatcher.class);

	private final ApplicationContext context;

	/** Looked up later, because this observer is a part of the log. */
	private final ObjectProvider<WriteAheadLog> wal;

	private final boolean breaksLiveness;

	WalFailureWatcher(ApplicationContext context, ObjectProvider<WriteAheadLog> wal, boolean breaksLiveness) {
		this.context = context;
		this.wal = wal;
		this.breaksLiveness = breaksLiveness;
	}

	@Override
	public void failed(Throwable cause) {
		// The caller holds locks of the log, and listeners may call the log.
		Thread thread = new Thread(() -> publish(cause), "wal-failed");
		thread.setDaemon(true);
		thread.start();
	}

	private void publish(Throwable cause) {
		// Traffic first: listeners may be slow.
		publish(() -> AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC));
		if (this.breaksLiveness) {
			publish(() -> AvailabilityChangeEvent.publish(this.context, LivenessState.BROKEN));
		}
		publish(() -> this.context.publishEvent(new WalFailedEvent(cause)));
	}

	private void publish(Runnable publication) {
		try {
			publication.run();
		}
		catch (RuntimeException ex) {
			logger.warn("A listener for WalFailedEvent threw an exception", ex);
		}
	}

	@Override
	public void run(ApplicationArguments args) {
		WalStatus status = this.wal.getObject().status();
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
