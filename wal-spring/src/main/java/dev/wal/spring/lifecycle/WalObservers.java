// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import java.util.List;
import java.util.function.Consumer;

import dev.wal.WalException;
import dev.wal.WalObserver;
import dev.wal.WalState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls several observers as one. An exception of an observer never reaches the log.
 */
public final class WalObservers implements WalObserver {

	private static final Logger logger = LoggerFactory.getLogger(WalObservers.class);

	private final WalObserver[] observers;

	private volatile boolean warned;

	public WalObservers(List<WalObserver> observers) {
		this.observers = observers.toArray(WalObserver[]::new);
	}

	@Override
	public void appended(int records, long bytes, long nanos) {
		tell((observer) -> observer.appended(records, bytes, nanos));
	}

	@Override
	public void written(int records, int bytes, long nanos) {
		tell((observer) -> observer.written(records, bytes, nanos));
	}

	@Override
	public void forced(long nanos) {
		tell((observer) -> observer.forced(nanos));
	}

	@Override
	public void rejected(WalException reason) {
		tell((observer) -> observer.rejected(reason));
	}

	@Override
	public void stateChanged(WalState state) {
		tell((observer) -> observer.stateChanged(state));
	}

	@Override
	public void failed(Throwable cause) {
		tell((observer) -> observer.failed(cause));
	}

	private void tell(Consumer<WalObserver> call) {
		for (WalObserver observer : this.observers) {
			try {
				call.accept(observer);
			}
			catch (RuntimeException ex) {
				warnOnce(observer, ex);
			}
		}
	}

	private void warnOnce(WalObserver observer, RuntimeException ex) {
		if (!this.warned) {
			this.warned = true;
			logger.warn("The observer {} threw an exception, which the log ignores. Later ones are not logged",
					observer.getClass().getName(), ex);
		}
	}

}
