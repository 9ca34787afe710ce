package dev.wal.spring.lifecycle;

import dev.wal.WalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Opens the log before all that may append to it is started. When the context is stopped
 * to be started again, the log is closed and its directory free. When the context is
 * closed, stopping only forces what was appended: executors that wait for their tasks do
 * so later, while beans are destroyed, and it is then that the log really closes.
 */
public final class WalLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * Before executors, message listeners and the web server; after them on the way out.
	 */
	public static final int PHASE = Integer.MIN_VALUE / 2;

	private static final Logger logger = LoggerFactory.getLogger(WalLifecycle.class);

	private final ManagedWriteAheadLog wal;

	private final ApplicationContext context;

	private volatile boolean running;

	private volatile boolean closing;

	public WalLifecycle(ManagedWriteAheadLog wal, ApplicationContext context) {
		this.wal = wal;
		this.context = context;
	}

	@Override
	public void start() {
		this.wal.open();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		try {
			if (this.closing) {
				this.wal.syncIfOpen();
			}
			else {
				this.wal.suspend();
			}
		}
		catch (WalException ex) {
			// Whoever waited for a force has been told by the log itself.
			logger.warn("Could not force the write-ahead log while stopping", ex);
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
