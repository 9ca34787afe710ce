// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import dev.wal.RecoveryReport;
import dev.wal.TailState;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Whether the state is complete, and how it was recovered. Clients do not see an
 * incomplete state: an order that is not replayed would look like a lost order.
 */
@Component
class Recovery {

	private volatile @Nullable Summary summary;

	boolean isComplete() {
		return this.summary != null;
	}

	/**
	 * Return what was recovered at the last start.
	 * @return the summary, or {@code null} until recovery has finished
	 */
	@Nullable Summary summary() {
		return this.summary;
	}

	void complete(Summary summary) {
		this.summary = summary;
	}

	/**
	 * What the last start recovered.
	 *
	 * @param at when recovery finished
	 * @param duration the time to load the snapshot and to replay the log
	 * @param orders the number of orders recovered, {@code fromSnapshot + replayed}
	 * @param amountCents the sum of their amounts
	 * @param lastLsn the LSN of the last order, 0 if there was none
	 * @param snapshotLsn the LSN of the snapshot that was loaded, 0 if there was none
	 * @param fromSnapshot the number of orders in the snapshot
	 * @param replayed the number of orders that came from the log
	 * @param lost the number of lost orders: they are damaged, and the corruption policy
	 * skipped them
	 * @param log the report of opening the log
	 */
	record Summary(Instant at, Duration duration, long orders, long amountCents, long lastLsn, long snapshotLsn,
			long fromSnapshot, long replayed, long lost, RecoveryReport log) {

		/**
		 * Return the summary as text.
		 * @return a few lines
		 */
		String toText() {
			if (this.log.lastLsn().isNone() && this.orders == 0) {
				return "There was nothing to recover: the log is empty.";
			}
			return format("""
					Recovered %s worth %,d.%02d in %,d ms
					    snapshot  %s
					    replay    %s
					    log       %s
					    tail      %s%s""", count(this.orders, "order"), this.amountCents / 100, this.amountCents % 100,
					this.duration.toMillis(), snapshotText(), replayText(), logText(), tailText(), lostText());
		}

		private String snapshotText() {
			return (this.snapshotLsn == 0) ? "none: everything came from the log"
					: format("%s, up to LSN %d", count(this.fromSnapshot, "order"), this.snapshotLsn);
		}

		private String replayText() {
			return count(this.replayed, "order");
		}

		private String logText() {
			return format("%s, LSN %s to %s, opened in %,d ms",
					this.log.cleanShutdown() ? "closed cleanly" : "not closed: the process was killed or crashed",
					this.log.firstLsn(), this.log.lastLsn(), this.log.duration().toMillis());
		}

		private String tailText() {
			TailState tail = this.log.tail();
			if (tail.isClean()) {
				return "clean";
			}
			return format("%s in %s at offset %d: %,d bytes were removed (%s)", tail.kind(), tail.place(),
					tail.offset(), tail.cutBytes(), tail.reason())
					+ ((tail.savedAs() != null) ? " and are kept in " + tail.savedAs() : "");
		}

		private String lostText() {
			return (this.lost != 0)
					? format("\n    lost      %s, damaged: 'wal.corruption-policy' continues without them",
							count(this.lost, "order"))
					: "";
		}

		private static String count(long number, String noun) {
			return format("%,d %s%s", number, noun, (number != 1) ? "s" : "");
		}

		private static String format(String format, @Nullable Object... args) {
			return String.format(Locale.ROOT, format, args);
		}

	}

}
