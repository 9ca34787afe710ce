// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.WalState;
import dev.wal.WalStatistics;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.listener.WalListenerDeliveries.Delivery;
import dev.wal.spring.replay.WalSnapshotter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Binds the gauges and counters of {@link WalMeters}. Reads only the status of the log
 * and the report of its recovery: a scrape takes no lock and opens nothing.
 */
public class WalMetrics implements MeterBinder {

	private final Map<String, WriteAheadLog> logs;

	private final @Nullable WalCheckpointer checkpointer;

	private final @Nullable WalListenerDeliveries listeners;

	private final @Nullable WalSnapshotter snapshotter;

	/** Ages begin here until there is a checkpoint or a snapshot. */
	private final Instant created = Instant.now();

	/**
	 * Create the binder.
	 * @param logs the logs by their bean names
	 * @param checkpointer takes the checkpoints; used if there is only one log
	 * @param listeners the deliveries to the listeners; used if there is only one log
	 * @param snapshotter takes the snapshots; used if there is only one log
	 */
	public WalMetrics(Map<String, WriteAheadLog> logs, @Nullable WalCheckpointer checkpointer,
			@Nullable WalListenerDeliveries listeners, @Nullable WalSnapshotter snapshotter) {
		this.logs = Map.copyOf(logs);
		this.checkpointer = (logs.size() == 1) ? checkpointer : null;
		this.listeners = (logs.size() == 1) ? listeners : null;
		this.snapshotter = (logs.size() == 1) ? snapshotter : null;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.logs.forEach((name, wal) -> {
			if (!OpenLog.isMock(wal)) {
				new Binding(registry, wal, Tags.of(WalMeters.TAG_WAL, name)).bind();
			}
		});
	}

	private static double value(Lsn lsn) {
		return lsn.value();
	}

	private static double distance(Lsn from, Lsn to) {
		return to.isAfter(from) ? to.value() - from.value() : 0;
	}

	private static double recovery(WriteAheadLog wal, ToDoubleFunction<RecoveryReport> value) {
		RecoveryReport report = OpenLog.recoveryReport(wal);
		return (report != null) ? value.applyAsDouble(report) : 0;
	}

	private static double lag(WalListenerDeliveries listeners, Lsn durable) {
		return listeners.deliveries()
			.stream()
			.mapToDouble((delivery) -> distance(delivery.position(), durable.next()))
			.max()
			.orElse(0);
	}

	private double checkpointAge(WalCheckpointer checkpointer) {
		Instant last = checkpointer.report().lastSuccess();
		return millisSince((last != null) ? last : this.created);
	}

	private static double millisSince(Instant time) {
		return Math.max(0, Duration.between(time, Instant.now()).toMillis());
	}

	private static double newest(WalSnapshotter snapshotter, ToDoubleFunction<SnapshotInfo> value, double none) {
		List<SnapshotInfo> all = snapshotter.snapshots();
		return all.isEmpty() ? none : value.applyAsDouble(all.get(all.size() - 1));
	}

	/** One log in one registry. */
	private final class Binding {

		private final MeterRegistry registry;

		private final WriteAheadLog wal;

		private final Tags tags;

		Binding(MeterRegistry registry, WriteAheadLog wal, Tags tags) {
			this.registry = registry;
			this.wal = wal;
			this.tags = tags;
		}

		void bind() {
			bindCounters();
			bindPositions();
			this.wal.unwrap(LocalWriteAheadLog.class).ifPresent(this::bindDisk);
			gauge(WalMeters.READERS, "Open readers and followers; segments that they use are not deleted", null,
					WalStatus::openReaders);
			bindRecovery();
			WalCheckpointer checkpointer = WalMetrics.this.checkpointer;
			if (checkpointer != null) {
				bindCheckpointer(checkpointer);
			}
			WalListenerDeliveries listeners = WalMetrics.this.listeners;
			if (listeners != null) {
				bindListeners(listeners);
			}
			WalSnapshotter snapshotter = WalMetrics.this.snapshotter;
			if (snapshotter != null) {
				bindSnapshotter(snapshotter);
			}
			for (WalState state : WalState.values()) {
				gauge(WalMeters.STATE, "Whether the log is in this state",
						this.tags.and(WalMeters.TAG_STATE, state.name().toLowerCase(Locale.ROOT)), null,
						(status) -> (status.state() == state) ? 1 : 0);
			}
		}

		private void bindCounters() {
			counter(WalMeters.RECORDS, "Appended records", null, (status) -> status.statistics().appendedRecords());
			counter(WalMeters.BYTES, "Payload bytes of appended records", "bytes",
					(status) -> status.statistics().appendedBytes());
			counter(WalMeters.BYTES_WRITTEN, "Bytes written to segments, including headers", "bytes",
					(status) -> status.statistics().writtenBytes());
			counter(WalMeters.ROTATIONS, "New segments", null, (status) -> status.statistics().rotations());
			counter(WalMeters.SEGMENTS_DELETED, "Segments that checkpoints deleted", null,
					(status) -> status.statistics().deletedSegments());
			rejections("disk-full", WalStatistics::rejectedFull);
			rejections("overloaded", WalStatistics::rejectedOverloaded);
			rejections("no-segment", (statistics) -> statistics.rejectedAppends() - statistics.rejectedFull()
					- statistics.rejectedOverloaded());
			counter(WalMeters.FAILURES, "Writes and forces that failed", null,
					(status) -> status.statistics().failures());
		}

		private void rejections(String reason, ToDoubleFunction<WalStatistics> value) {
			FunctionCounter
				.builder(WalMeters.REJECTIONS, this.wal, (wal) -> value.applyAsDouble(wal.status().statistics()))
				.description("Rejected appends: the disk is full, too many bytes are in flight, or the next segment "
						+ "cannot be created")
				.tags(this.tags.and(WalMeters.TAG_REASON, reason))
				.register(this.registry);
		}

		private void bindPositions() {
			gauge(WalMeters.LSN_LAST, "LSN of the last written record", null, (status) -> value(status.lastLsn()));
			gauge(WalMeters.LSN_DURABLE, "LSN up to which every record is on the disk", null,
					(status) -> value(status.durableLsn()));
			gauge(WalMeters.LSN_CHECKPOINT, "LSN of the last checkpoint", null,
					(status) -> value(status.checkpointLsn()));
			gauge(WalMeters.DURABLE_GAP, "Records that are written but not forced", null,
					(status) -> distance(status.durableLsn(), status.lastLsn()));
			gauge(WalMeters.CHECKPOINT_LAG, "Durable records above the last checkpoint", null,
					(status) -> distance(status.checkpointLsn(), status.durableLsn()));
			TimeGauge
				.builder(WalMeters.OLDEST_UNSYNCED, this.wal, TimeUnit.NANOSECONDS,
						(wal) -> wal.status().oldestUnsynced().toNanos())
				.description("Age of the oldest record that is written but not forced")
				.tags(this.tags)
				.register(this.registry);
		}

		private void bindDisk(LocalWriteAheadLog log) {
			fileGauge(log, WalMeters.SEGMENTS, "Segments with records, including the active one", null,
					LocalStatus::segmentCount);
			fileGauge(log, WalMeters.SIZE, "Size of all segment files, with those kept for later segments", "bytes",
					LocalStatus::sizeOnDisk);
			fileGauge(log, WalMeters.DISK_USABLE, "Free space on the disk of the log", "bytes",
					LocalStatus::usableSpace);
			fileGauge(log, WalMeters.RETENTION_EXCESS, "Segments beyond the retention limits that cannot be deleted",
					null, LocalStatus::retentionExcess);
			fileGauge(log, WalMeters.READERS_STALLED, "Readers that keep segments from being deleted and do not move",
					null, LocalStatus::stalledReaders);
			fileGauge(log, WalMeters.RECORDS_LOST,
					"Acknowledged records that were given up, until that is acknowledged", null,
					LocalStatus::lostRecords);
		}

		private void bindRecovery() {
			TimeGauge
				.builder(WalMeters.RECOVERY_DURATION, this.wal, TimeUnit.NANOSECONDS,
						(wal) -> recovery(wal, (report) -> report.duration().toNanos()))
				.description("Time that opening the log took")
				.tags(this.tags)
				.register(this.registry);
			recoveryGauge(WalMeters.RECOVERY_RECORDS, "Records that were verified while the log was opened", null,
					RecoveryReport::scannedRecords);
			recoveryGauge(WalMeters.RECOVERY_TORN, "Size of the torn tail that was removed while the log was opened",
					"bytes", (report) -> report.tail().cutBytes());
			recoveryGauge(WalMeters.RECOVERY_DAMAGE,
					"Damaged places in acknowledged data, found while the log was opened", null,
					(report) -> report.damage().size());
		}

		private void bindCheckpointer(WalCheckpointer checkpointer) {
			FunctionCounter.builder(WalMeters.CHECKPOINT_FAILURES, checkpointer, (one) -> one.report().failureCount())
				.description("Failed checkpoints")
				.tags(this.tags)
				.register(this.registry);
			TimeGauge
				.builder(WalMeters.CHECKPOINT_AGE, checkpointer, TimeUnit.MILLISECONDS, WalMetrics.this::checkpointAge)
				.description("Time since the checkpoint task last succeeded, or since the application was started")
				.tags(this.tags)
				.register(this.registry);
		}

		private void bindSnapshotter(WalSnapshotter snapshotter) {
			FunctionTimer
				.builder(WalMeters.SNAPSHOT, snapshotter, WalSnapshotter::writtenCount,
						(one) -> one.writtenTime().toNanos(), TimeUnit.NANOSECONDS)
				.description("Time of writing snapshots")
				.tags(this.tags)
				.register(this.registry);
			FunctionCounter.builder(WalMeters.SNAPSHOT_FAILURES, snapshotter, (one) -> one.report().failureCount())
				.description("Failed snapshots")
				.tags(this.tags)
				.register(this.registry);
			TimeGauge
				.builder(WalMeters.SNAPSHOT_AGE, snapshotter, TimeUnit.MILLISECONDS,
						(one) -> newest(one, (info) -> millisSince(info.time()), millisSince(WalMetrics.this.created)))
				.description("Age of the newest snapshot, or time since the application was started")
				.tags(this.tags)
				.register(this.registry);
			gauge(WalMeters.SNAPSHOT_SIZE, "Size of the newest snapshot", "bytes",
					(status) -> newest(snapshotter, SnapshotInfo::length, 0));
			gauge(WalMeters.SNAPSHOTS, "Kept snapshots", null, (status) -> snapshotter.snapshots().size());
			gauge(WalMeters.SNAPSHOTS_DAMAGED, "Damaged snapshots that are kept aside", null,
					(status) -> snapshotter.damaged().size());
			gauge(WalMeters.LSN_SNAPSHOT, "LSN of the newest snapshot", null,
					(status) -> newest(snapshotter, (info) -> value(info.lsn()), 0));
		}

		private void bindListeners(WalListenerDeliveries listeners) {
			FunctionCounter
				.builder(WalMeters.LISTENER_FAILURES, listeners,
						(all) -> all.deliveries().stream().mapToLong(Delivery::failureCount).sum())
				.description("Exceptions of listeners")
				.tags(this.tags)
				.register(this.registry);
			gauge(WalMeters.LISTENER_LAG, "Durable records not yet delivered to the slowest listener", null,
					(status) -> lag(listeners, status.durableLsn()));
		}

		private void counter(String name, String description, @Nullable String unit,
				ToDoubleFunction<WalStatus> value) {
			FunctionCounter.builder(name, this.wal, (wal) -> value.applyAsDouble(wal.status()))
				.description(description)
				.baseUnit(unit)
				.tags(this.tags)
				.register(this.registry);
		}

		private void gauge(String name, String description, @Nullable String unit, ToDoubleFunction<WalStatus> value) {
			gauge(name, description, this.tags, unit, value);
		}

		private void gauge(String name, String description, Tags tags, @Nullable String unit,
				ToDoubleFunction<WalStatus> value) {
			Gauge.builder(name, this.wal, (wal) -> value.applyAsDouble(wal.status()))
				.description(description)
				.baseUnit(unit)
				.tags(tags)
				.register(this.registry);
		}

		private void fileGauge(LocalWriteAheadLog log, String name, String description, @Nullable String unit,
				ToDoubleFunction<LocalStatus> value) {
			Gauge.builder(name, log, (one) -> value.applyAsDouble(one.localStatus()))
				.description(description)
				.baseUnit(unit)
				.tags(this.tags)
				.register(this.registry);
		}

		private void recoveryGauge(String name, String description, @Nullable String unit,
				ToDoubleFunction<RecoveryReport> value) {
			Gauge.builder(name, this.wal, (wal) -> recovery(wal, value))
				.description(description)
				.baseUnit(unit)
				.tags(this.tags)
				.register(this.registry);
		}

	}

}
