// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

import dev.wal.LogSettings;
import dev.wal.WalException;
import dev.wal.WalObserver;
import dev.wal.WalOptions;
import dev.wal.WalState;
import dev.wal.internal.thread.Breach;

/**
 * Guards the code of the application that the log calls for its own purposes: what an
 * observer or a clock throws is logged once and changes nothing.
 */
final class ForeignCode {

	private ForeignCode() {
	}

	/**
	 * Return the same settings with an observer and a clock that never throw.
	 */
	static WalOptions guard(WalOptions options) {
		LogSettings log = options.log();
		return new WalOptions(new LogSettings(log.owner(), log.maxRecordSize(), log.maxBatchSize(), log.maxInFlight(),
				log.overflow(), log.compression(), new GuardedObserver(log.observer()), new GuardedClock(log.clock()),
				log.closeTimeout()), options.files());
	}

	private static Breach breachOf(String what, Object code) {
		return new Breach("The " + what + " " + code.getClass().getName());
	}

	private static final class GuardedObserver implements WalObserver {

		private final WalObserver observer;

		private final Breach breach;

		GuardedObserver(WalObserver observer) {
			this.observer = observer;
			this.breach = breachOf("observer", observer);
		}

		@Override
		public void appended(int records, long bytes, long nanos) {
			try {
				this.observer.appended(records, bytes, nanos);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
		}

		@Override
		public void written(int records, int bytes, long nanos) {
			try {
				this.observer.written(records, bytes, nanos);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
		}

		@Override
		public void forced(long nanos) {
			try {
				this.observer.forced(nanos);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
		}

		@Override
		public void rejected(WalException reason) {
			try {
				this.observer.rejected(reason);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
		}

		@Override
		public void stateChanged(WalState state) {
			try {
				this.observer.stateChanged(state);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
		}

		@Override
		public void failed(Throwable cause) {
			try {
				this.observer.failed(cause);
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
		}

	}

	/**
	 * The time of the system where the clock of the application has none.
	 */
	private static final class GuardedClock extends Clock {

		private final Clock clock;

		private final Breach breach;

		GuardedClock(Clock clock) {
			this.clock = clock;
			this.breach = breachOf("clock", clock);
		}

		@Override
		public Instant instant() {
			try {
				Instant now = this.clock.instant();
				if (now != null) {
					return now;
				}
				this.breach.log(new NullPointerException("The clock has no time"));
			}
			catch (Throwable ex) {
				this.breach.log(ex);
			}
			return Instant.now();
		}

		@Override
		public ZoneId getZone() {
			return this.clock.getZone();
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return new GuardedClock(this.clock.withZone(zone));
		}

	}

}
