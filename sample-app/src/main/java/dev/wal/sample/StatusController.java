// SPDX-License-Identifier: Apache-2.0
package dev.wal.sample;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.TailState;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.replay.WalSnapshotter;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * All numbers of the page {@code /} in one answer, even before recovery has finished.
 */
@RestController
class StatusController {

	private final WriteAheadLog wal;

	private final OrderBook book;

	private final Recovery recovery;

	private final WalSnapshotter snapshots;

	StatusController(WriteAheadLog wal, OrderBook book, Recovery recovery, WalSnapshotter snapshots) {
		this.wal = wal;
		this.book = book;
		this.recovery = recovery;
		this.snapshots = snapshots;
	}

	@GetMapping("/status")
	Status status() {
		Recovery.Summary recovered = this.recovery.summary();
		OrderBook.Totals totals = this.book.totals();
		return new Status(ProcessHandle.current().pid(), recovered != null, totals.count(), totals.amountCents(),
				totals.lastLsn(), snapshotLsn(), (recovered != null) ? Recovered.of(recovered) : null,
				Log.of(this.wal));
	}

	private long snapshotLsn() {
		List<SnapshotInfo> all = this.snapshots.snapshots();
		return all.isEmpty() ? 0 : all.get(all.size() - 1).lsn().value();
	}

	/**
	 * The service now.
	 *
	 * @param pid the process id, for "kill -9"
	 * @param ready whether recovery has finished
	 * @param count the number of orders
	 * @param totalAmountCents the sum of their amounts
	 * @param lastLsn the LSN of the last order
	 * @param snapshotLsn the LSN of the newest snapshot, 0 if there is none
	 * @param recovered what the last start recovered, once it has finished
	 * @param log the log
	 */
	record Status(long pid, boolean ready, long count, long totalAmountCents, long lastLsn, long snapshotLsn,
			@Nullable Recovered recovered, Log log) {

	}

	/**
	 * What the last start recovered, from {@link Recovery.Summary}.
	 */
	record Recovered(Instant at, long millis, long orders, long amountCents, long lastLsn, long snapshotLsn,
			long fromSnapshot, long replayed, long lost, boolean cleanShutdown, long openMillis, TailState.Kind tail,
			long cutBytes, @Nullable String tailReason, @Nullable String savedAs, String text) {

		static Recovered of(Recovery.Summary summary) {
			TailState tail = summary.log().tail();
			return new Recovered(summary.at(), summary.duration().toMillis(), summary.orders(), summary.amountCents(),
					summary.lastLsn(), summary.snapshotLsn(), summary.fromSnapshot(), summary.replayed(),
					summary.lost(), summary.log().cleanShutdown(), summary.log().duration().toMillis(), tail.kind(),
					tail.cutBytes(), tail.reason(), tail.savedAs(), summary.toText());
		}

	}

	/**
	 * The log now, from {@link WalStatus}.
	 */
	record Log(WalState state, String location, long firstLsn, long lastLsn, long durableLsn, long checkpointLsn,
			@Nullable Integer segments, @Nullable Long sizeOnDisk, @Nullable Long usableSpace, long appendedRecords,
			long forces, long forceMicros) {

		static Log of(WriteAheadLog wal) {
			WalStatus status = wal.status();
			Optional<LocalStatus> files = wal.unwrap(LocalWriteAheadLog.class).map(LocalWriteAheadLog::localStatus);
			return new Log(status.state(), status.location(), status.firstLsn().value(), status.lastLsn().value(),
					status.durableLsn().value(), status.checkpointLsn().value(),
					files.map(LocalStatus::segmentCount).orElse(null), files.map(LocalStatus::sizeOnDisk).orElse(null),
					files.map(LocalStatus::usableSpace).orElse(null), status.statistics().appendedRecords(),
					status.statistics().forces(), status.statistics().forceTime().toNanos() / 1000);
		}

	}

}
