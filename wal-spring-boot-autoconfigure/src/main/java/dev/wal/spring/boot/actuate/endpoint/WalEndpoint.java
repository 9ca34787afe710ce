// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.actuate.endpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.wal.FileSettings;
import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.LogSettings;
import dev.wal.Lsn;
import dev.wal.RetentionPolicy;
import dev.wal.SegmentInfo;
import dev.wal.SyncPolicy;
import dev.wal.WalState;
import dev.wal.WalStatistics;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.FailureText;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalTaskReport;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.annotation.RegisterReflection;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} that shows the state of the write-ahead log. With
 * unrestricted access it can also sync, rotate and checkpoint the log, and take a
 * snapshot. Shows no record. An LSN of 0 means "none".
 */
@Endpoint(id = "wal", defaultAccess = Access.READ_ONLY)
@RegisterReflection(classes = { LogSettings.class, FileSettings.class, SyncPolicy.class, RetentionPolicy.class },
		memberCategories = MemberCategory.INVOKE_PUBLIC_METHODS)
public class WalEndpoint {

	private final WriteAheadLog wal;

	private final @Nullable WalCheckpointer checkpointer;

	private final @Nullable WalReplayProgress replay;

	private final @Nullable WalListenerDeliveries listeners;

	private final @Nullable WalSnapshotter snapshotter;

	private final FailureText failures;

	/**
	 * Create an endpoint.
	 * @param wal the log
	 * @param checkpointer takes its checkpoints, or {@code null} if there is none
	 * @param replay its replay, or {@code null} if there is none
	 * @param listeners the deliveries to its listeners, or {@code null} if there are none
	 * @param snapshotter takes its snapshots, or {@code null} if there is none
	 * @param failures describes the exceptions of the application
	 */
	public WalEndpoint(WriteAheadLog wal, @Nullable WalCheckpointer checkpointer, @Nullable WalReplayProgress replay,
			@Nullable WalListenerDeliveries listeners, @Nullable WalSnapshotter snapshotter, FailureText failures) {
		this.wal = wal;
		this.checkpointer = checkpointer;
		this.replay = replay;
		this.listeners = listeners;
		this.snapshotter = snapshotter;
		this.failures = failures;
	}

	/**
	 * Describe the log. Takes no lock of the log and never opens it.
	 * @return its status, its segments and the configuration in effect
	 */
	@ReadOperation
	public WalDescriptor wal() {
		WalStatus status = this.wal.status();
		return new WalDescriptor(StatusDescriptor.of(status, files().map(LocalWriteAheadLog::localStatus).orElse(null)),
				StatisticsDescriptor.of(status.statistics()),
				(this.replay != null) ? ReplayDescriptor.of(this.replay) : null,
				(this.checkpointer != null) ? CheckpointDescriptor.of(this.checkpointer, this.failures) : null,
				(this.snapshotter != null && this.snapshotter.hasHandlers())
						? SnapshotDescriptor.of(this.snapshotter, this.failures) : null,
				(this.listeners != null) ? this.listeners.deliveries()
					.stream()
					.map((delivery) -> ListenerDescriptor.of(delivery, this.failures))
					.toList() : List.of(),
				OpenLog.segments(this.wal).stream().map(SegmentDescriptor::of).toList(),
				files().map(LocalWriteAheadLog::options)
					.map((options) -> SettingsDescription.of(options.log(), options.files()))
					.orElse(Map.of()));
	}

	private Optional<LocalWriteAheadLog> files() {
		return this.wal.unwrap(LocalWriteAheadLog.class);
	}

	/**
	 * Perform an operation on the log.
	 * @param operation the operation
	 * @return what the operation did
	 */
	@WriteOperation
	public OperationDescriptor perform(Operation operation) {
		return switch (operation) {
			case SYNC -> OperationDescriptor.of(operation, "synced", this.wal.sync());
			case ROTATE -> {
				String outcome = files().map((log) -> log.rotate() ? "rotated" : "the active segment has no records")
					.orElse("the log has no segments");
				yield OperationDescriptor.of(operation, outcome, this.wal.lastLsn());
			}
			case CHECKPOINT -> checkpoint();
			case SNAPSHOT -> snapshot();
			case ACKNOWLEDGE_LOSS -> acknowledgeLoss();
		};
	}

	/**
	 * The caller cannot choose the LSN: only the application knows what it has applied.
	 */
	private OperationDescriptor checkpoint() {
		if (this.checkpointer == null) {
			return OperationDescriptor.of(Operation.CHECKPOINT, "there is no WalCheckpointer bean",
					this.wal.checkpointLsn());
		}
		WalCheckpointer.Result result = this.checkpointer.checkpoint();
		String outcome = switch (result.outcome()) {
			case ADVANCED -> "advanced";
			case UNCHANGED -> "the application has applied no record above the last checkpoint";
			case NO_SOURCE -> "there is no WalCheckpointSource bean";
			case NOT_READY -> "the replay has not finished, or the log is not open";
		};
		return new OperationDescriptor("checkpoint", outcome, result.checkpointLsn().value(),
				result.firstLsn().value());
	}

	private OperationDescriptor snapshot() {
		if (this.snapshotter == null) {
			return OperationDescriptor.of(Operation.SNAPSHOT, "there is no WalSnapshotter bean", Lsn.NONE);
		}
		WalSnapshotter.Result result = this.snapshotter.snapshot();
		String outcome = switch (result.outcome()) {
			case WRITTEN -> "written";
			case UNCHANGED -> "the newest snapshot is up to date";
			case NO_HANDLER -> "there is no WalSnapshotHandler bean";
			case NOT_READY -> "the replay has not finished, or the log is not open";
		};
		return OperationDescriptor.of(Operation.SNAPSHOT, outcome, result.lsn());
	}

	private OperationDescriptor acknowledgeLoss() {
		long records = files().map(LocalWriteAheadLog::acknowledgeLoss).orElse(0L);
		return OperationDescriptor.of(Operation.ACKNOWLEDGE_LOSS, (records > 0)
				? "acknowledged that " + records + " record(s) are lost" : "there is no loss to acknowledge",
				this.wal.lastLsn());
	}

	/**
	 * The operations on the log.
	 */
	public enum Operation {

		/**
		 * Force all records that were appended so far.
		 */
		SYNC,

		/**
		 * Start a new segment.
		 */
		ROTATE,

		/**
		 * Ask the application what it has applied, and move the checkpoint there.
		 */
		CHECKPOINT,

		/**
		 * Let the application write a snapshot.
		 */
		SNAPSHOT,

		/**
		 * Note that somebody knows of the records that the log gave up.
		 */
		ACKNOWLEDGE_LOSS

	}

	/**
	 * Description of the log.
	 *
	 * @param status the state and the positions
	 * @param statistics the counters since the log was opened
	 * @param replay the replay, if there is one
	 * @param checkpoint the checkpoints, if there is a task for them
	 * @param snapshot the snapshots, if there are handlers that write them
	 * @param listeners the deliveries to the listeners
	 * @param segments the segments in order
	 * @param configuration the settings in effect, by the names that they have in
	 * {@link LogSettings} and {@link FileSettings}; sizes in bytes
	 */
	public record WalDescriptor(StatusDescriptor status, StatisticsDescriptor statistics,
			@Nullable ReplayDescriptor replay, @Nullable CheckpointDescriptor checkpoint,
			@Nullable SnapshotDescriptor snapshot, List<ListenerDescriptor> listeners, List<SegmentDescriptor> segments,
			Map<String, Object> configuration) implements OperationResponseBody {
	}

	/**
	 * Description of the state of the log.
	 *
	 * @param state the state of the log
	 * @param backend the name of its engine, {@code local} for a log in files
	 * @param location where it is, the directory of a log in files
	 * @param logId the id of the log, once it was open
	 * @param firstLsn the first LSN that can be read
	 * @param lastLsn the LSN of the last record
	 * @param durableLsn the LSN up to which every record is on the disk
	 * @param checkpointLsn the last checkpoint
	 * @param segmentCount the number of segments, for a log in files
	 * @param sizeOnDisk the bytes of all segment files, for a log in files
	 * @param oldestUnsynced the age of the oldest record that is not forced
	 * @param usableSpace the free bytes on the disk, if known
	 * @param openReaders the number of readers and followers
	 * @param retentionExcess the number of segments kept beyond the retention limits
	 * @param stalledReaders the number of readers that keep segments from being deleted
	 * and do not move
	 * @param directoryProblem why it cannot be checked that the directory is still the
	 * one that was opened, if so
	 * @param controlProblem why the control file cannot be written, if so
	 * @param lostRecords the number of records that are lost without anybody having
	 * acknowledged that
	 * @param failure why the log has failed or rejects appends
	 * @param since since when it does
	 */
	public record StatusDescriptor(WalState state, String backend, String location, @Nullable String logId,
			long firstLsn, long lastLsn, long durableLsn, long checkpointLsn, @Nullable Integer segmentCount,
			@Nullable Long sizeOnDisk, String oldestUnsynced, @Nullable Long usableSpace, int openReaders,
			@Nullable Integer retentionExcess, @Nullable Integer stalledReaders, @Nullable String directoryProblem,
			@Nullable String controlProblem, @Nullable Long lostRecords, @Nullable String failure,
			@Nullable Instant since) {

		static StatusDescriptor of(WalStatus status, @Nullable LocalStatus files) {
			boolean known = status.logId().getMostSignificantBits() != 0
					|| status.logId().getLeastSignificantBits() != 0;
			Throwable failure = status.failure();
			return new StatusDescriptor(status.state(), status.backend(), status.location(),
					known ? status.logId().toString() : null, status.firstLsn().value(), status.lastLsn().value(),
					status.durableLsn().value(), status.checkpointLsn().value(),
					(files != null) ? files.segmentCount() : null, (files != null) ? files.sizeOnDisk() : null,
					status.oldestUnsynced().toString(),
					(files != null && files.usableSpace() >= 0) ? files.usableSpace() : null, status.openReaders(),
					(files != null) ? files.retentionExcess() : null, (files != null) ? files.stalledReaders() : null,
					(files != null) ? files.directoryProblem() : null, (files != null) ? files.controlProblem() : null,
					(files != null) ? files.lostRecords() : null,
					(failure != null) ? new FailureText(true).of(failure) : null, status.since());
		}

	}

	/**
	 * Description of the counters since the log was opened.
	 *
	 * @param appendedRecords the number of records written
	 * @param appendedBytes the payload bytes of these records
	 * @param writtenBytes the bytes written, headers included
	 * @param blocks the number of group commits
	 * @param forces the number of forces
	 * @param forceTime the time spent in forces
	 * @param rotations the number of new segments
	 * @param deletedSegments the number of segments deleted
	 * @param rejectedAppends the number of rejected appends
	 * @param failures the number of writes and forces that failed
	 */
	public record StatisticsDescriptor(long appendedRecords, long appendedBytes, long writtenBytes, long blocks,
			long forces, String forceTime, long rotations, long deletedSegments, long rejectedAppends, long failures) {

		static StatisticsDescriptor of(WalStatistics statistics) {
			return new StatisticsDescriptor(statistics.appendedRecords(), statistics.appendedBytes(),
					statistics.writtenBytes(), statistics.blocks(), statistics.forces(),
					statistics.forceTime().toString(), statistics.rotations(), statistics.deletedSegments(),
					statistics.rejectedAppends(), statistics.failures());
		}

	}

	/**
	 * Description of the replay.
	 *
	 * @param state the state of the replay
	 * @param from the LSN of the first record to replay
	 * @param to the LSN of the last record to replay
	 * @param position the LSN of the last record replayed
	 * @param replayedRecords the number of records replayed
	 * @param skippedRecords the number of them that were skipped
	 * @param duration the time it took, or the time so far
	 */
	public record ReplayDescriptor(WalReplayProgress.State state, long from, long to, long position,
			long replayedRecords, long skippedRecords, String duration) {

		static ReplayDescriptor of(WalReplayProgress replay) {
			return new ReplayDescriptor(replay.state(), replay.from().value(), replay.to().value(),
					replay.position().value(), replay.replayedRecords(), replay.skippedRecords(),
					replay.duration().toString());
		}

	}

	/**
	 * Description of the checkpoints.
	 *
	 * @param lastSuccess when a checkpoint last succeeded
	 * @param failureCount the number of checkpoints that failed
	 * @param failingSince since when every checkpoint has failed, if the last one did
	 * @param lastFailure why the last checkpoint failed, if it did
	 */
	public record CheckpointDescriptor(@Nullable String lastSuccess, long failureCount, @Nullable Instant failingSince,
			@Nullable String lastFailure) {

		static CheckpointDescriptor of(WalCheckpointer checkpointer, FailureText failures) {
			WalTaskReport report = checkpointer.report();
			Throwable failure = report.lastFailure();
			Instant lastSuccess = report.lastSuccess();
			return new CheckpointDescriptor((lastSuccess != null) ? lastSuccess.toString() : null,
					report.failureCount(), report.failingSince(), (failure != null) ? failures.of(failure) : null);
		}

	}

	/**
	 * Description of the snapshots.
	 *
	 * @param lsn the LSN of the newest snapshot
	 * @param age the age of the newest snapshot
	 * @param size the size of the newest snapshot in bytes
	 * @param count the number of kept snapshots
	 * @param releasedLsn the LSN up to which no kept snapshot needs the log
	 * @param damaged the files of damaged snapshots
	 * @param writtenCount the number of snapshots written
	 * @param failureCount the number of snapshots that failed
	 * @param failingSince since when every snapshot has failed, if the last one did
	 * @param lastFailure why the last snapshot failed, if it did
	 */
	public record SnapshotDescriptor(long lsn, @Nullable String age, long size, int count, long releasedLsn,
			List<String> damaged, long writtenCount, long failureCount, @Nullable Instant failingSince,
			@Nullable String lastFailure) {

		static SnapshotDescriptor of(WalSnapshotter snapshotter, FailureText failures) {
			List<SnapshotInfo> all = snapshotter.snapshots();
			SnapshotInfo newest = all.isEmpty() ? null : all.get(all.size() - 1);
			WalTaskReport report = snapshotter.report();
			Throwable failure = report.lastFailure();
			return new SnapshotDescriptor((newest != null) ? newest.lsn().value() : 0,
					(newest != null) ? Duration.between(newest.time(), Instant.now()).toString() : null,
					(newest != null) ? newest.length() : 0, all.size(), snapshotter.releasedLsn().value(),
					snapshotter.damaged().stream().map(Path::toString).toList(), snapshotter.writtenCount(),
					report.failureCount(), report.failingSince(), (failure != null) ? failures.of(failure) : null);
		}

	}

	/**
	 * Description of the delivery to a listener.
	 *
	 * @param listener the name of the listener's bean
	 * @param position the LSN of the next record that it is given
	 * @param active whether the delivery is running
	 * @param failureCount the number of exceptions it threw
	 * @param heldUpFor for how long it has had the record at its position, if it has one
	 * @param lastFailure its last exception
	 */
	public record ListenerDescriptor(String listener, long position, boolean active, long failureCount,
			@Nullable String heldUpFor, @Nullable String lastFailure) {

		static ListenerDescriptor of(WalListenerDeliveries.Delivery delivery, FailureText failures) {
			Throwable failure = delivery.lastFailure();
			return new ListenerDescriptor(delivery.listener(), delivery.position().value(), delivery.active(),
					delivery.failureCount(), delivery.heldUpFor().isZero() ? null : delivery.heldUpFor().toString(),
					(failure != null) ? failures.of(failure) : null);
		}

	}

	/**
	 * Description of a segment.
	 *
	 * @param file the name of its file
	 * @param number the number of the segment
	 * @param firstLsn the LSN of its first record
	 * @param lastLsn the LSN of its last record; one below the first if it is empty
	 * @param length the used bytes
	 * @param active whether it is the segment that the log appends to
	 */
	public record SegmentDescriptor(String file, long number, long firstLsn, long lastLsn, long length,
			boolean active) {

		static SegmentDescriptor of(SegmentInfo segment) {
			return new SegmentDescriptor(segment.fileName(), segment.number(), segment.firstLsn().value(),
					segment.lastLsn().value(), segment.length(), segment.active());
		}

	}

	/**
	 * Description of the result of an operation.
	 *
	 * @param operation the operation
	 * @param outcome the outcome
	 * @param lsn the durable LSN after a sync, the last LSN after a rotation, the
	 * checkpoint after a checkpoint
	 * @param firstLsn the first LSN that can still be read, after a checkpoint
	 */
	public record OperationDescriptor(String operation, String outcome, long lsn,
			@Nullable Long firstLsn) implements OperationResponseBody {

		static OperationDescriptor of(Operation operation, String outcome, Lsn lsn) {
			return new OperationDescriptor(SettingsDescription.kebab(operation), outcome, lsn.value(), null);
		}

	}

}
