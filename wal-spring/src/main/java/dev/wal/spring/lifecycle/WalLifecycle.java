// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.util.Optional;

import dev.wal.WalException;
import dev.wal.WriteAheadLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Opens the log before any bean starts that may append to it. When the context stops, the
 * log is closed and another process may use the directory. When the context closes, the
 * log is only forced here: executors may still run tasks that append. The log closes when
 * its bean is destroyed, after the executors.
 */
public final class WalLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * Starts before executors, message listeners and the web server, and stops after
	 * them.
	 */
	public static final int PHASE = Integer.MIN_VALUE / 2;

	private static final Logger logger = LoggerFactory.getLogger(WalLifecycle.class);

	private final WalHandle handle;

	private final WriteAheadLog wal;

	private final ApplicationContext context;

	private volatile boolean running;

	private volatile boolean closing;

	/**
	 * Create the life cycle of a log.
	 * @param handle opens and closes it
	 * @param wal the bean that the context really has
	 * @param context the context whose start opens the log
	 */
	public WalLifecycle(WalHandle handle, WriteAheadLog wal, ApplicationContext context) {
		this.handle = handle;
		this.wal = wal;
		this.context = context;
	}

	@Override
	public void start() {
		if (isView()) {
			this.handle.open();
		}
		else {
			logger.debug("Not opening {}: {} has taken its place", this.handle, this.wal);
		}
		this.running = true;
	}

	/** A mock may answer with nothing at all. */
	private boolean isView() {
		Optional<WalHandle> unwrapped = this.wal.unwrap(WalHandle.class);
		return unwrapped != null && unwrapped.filter((found) -> found == this.handle).isPresent();
	}

	@Override
	public void stop() {
		this.running = false;
		try {
			if (this.closing) {
				this.handle.syncIfOpen();
			}
			else {
				this.handle.suspend();
			}
		}
		catch (WalException ex) {
			// The appends that waited for a force have failed, so nothing is hidden here.
			logger.warn("The write-ahead log could not be forced or closed while the application context stops", ex);
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.closing = true;
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

}
