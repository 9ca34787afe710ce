// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.health;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wal.LocalWriteAheadLog;
import dev.wal.TailState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalTaskReport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} for a write-ahead log. Takes no lock of the log and never opens
 * it.
 * <ul>
 * <li>DOWN if the log has failed, is not open, or its replay failed</li>
 * <li>OUT_OF_SERVICE until the replay has finished, and while the disk is full: the log
 * resumes by itself when there is space, and a restart would not help</li>
 * <li>UP otherwise. If the last checkpoint or snapshot failed, the failure is a detail:
 * the log grows, but nothing is lost</li>
 * </ul>
 */
public class WalHealthIndicator extends AbstractHealthIndicator {

	private final WriteAheadLog wal;

	private final @Nullable WalReplayProgress replay;

	private final @Nullable WalCheckpointer checkpointer;

	private final @Nullable WalSnapshotter snapshotter;

	/**
	 * Create an indicator.
	 * @param wal the log
	 * @param replay its replay, or {@code null} if there is none
	 * @param checkpointer takes its checkpoints, or {@code null} if there is none
	 * @param snapshotter takes its snapshots, or {@code null} if there is none
	 */
	public WalHealthIndicator(WriteAheadLog wal, @Nullable WalReplayProgress replay,
			@Nullable WalCheckpointer checkpointer, @Nullable WalSnapshotter snapshotter) {
		super("Write-ahead log health check failed");
		this.wal = wal;
		this.replay = replay;
		this.checkpointer = checkpointer;
		this.snapshotter = snapshotter;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		WalStatus status = this.wal.status();
		switch (status.state()) {
			case FAILED -> down(builder, status.failure(), "a write or a force failed");
			case CLOSED -> builder.down().withDetail("reason", "the log is not open");
			case FULL -> builder.outOfService().withDetail("reason", "the disk is full");
			case REJECTING -> builder.outOfService().withDetail("reason", "the next segment cannot be created");
			case OPEN -> replay(builder);
		}
		addDetails(builder, status);
	}

	private void down(Health.Builder builder, @Nullable Throwable failure, String reason) {
		builder.down().withDetail("reason", reason);
		if (failure != null) {
			builder.withException(failure);
		}
	}

	private void replay(Health.Builder builder) {
		WalReplayProgress.State state = (this.replay != null) ? this.replay.state() : WalReplayProgress.State.COMPLETED;
		switch (state) {
			case PENDING -> builder.outOfService().withDetail("reason", "the replay has not started");
			case RUNNING -> builder.outOfService().withDetail("reason", "the replay is running");
			case COMPLETED -> builder.up();
			case FAILED -> builder.down().withDetail("reason", "the replay failed");
		}
	}

	private void addDetails(Health.Builder builder, WalStatus status) {
		builder.withDetail("state", status.state());
		if (status.since() != null) {
			builder.withDetail("since", status.since().toString());
		}
		builder.withDetail("location", status.location());
		builder.withDetail("lastLsn", status.lastLsn().value());
		builder.withDetail("durableLsn", status.durableLsn().value());
		builder.withDetail("checkpointLsn", status.checkpointLsn().value());
		TailState tail = OpenLog.tailState(this.wal);
		if (tail != null) {
			builder.withDetail("tail", tail.kind());
		}
		builder.withDetail("oldestUnsynced", status.oldestUnsynced().toString());
		this.wal.unwrap(LocalWriteAheadLog.class)
			.map((log) -> log.localStatus().usableSpace())
			.filter((bytes) -> bytes >= 0)
			.ifPresent((bytes) -> builder.withDetail("usableSpace", bytes));
		if (this.replay != null) {
			builder.withDetail("replay", details(this.replay));
		}
		if (this.checkpointer != null) {
			WalTaskReport report = this.checkpointer.report();
			Throwable failure = report.lastFailure();
			if (failure != null) {
				// The class only: the message comes from the application, and may quote
				// data.
				builder.withDetail("checkpointFailure", failure.getClass().getName());
				builder.withDetail("checkpointFailures", report.failureCount());
			}
		}
		if (this.snapshotter != null && this.snapshotter.hasHandlers()) {
			builder.withDetail("snapshot", details(this.snapshotter));
		}
	}

	private Map<String, Object> details(WalSnapshotter snapshotter) {
		Map<String, Object> details = new LinkedHashMap<>();
		List<SnapshotInfo> all = snapshotter.snapshots();
		details.put("count", all.size());
		if (!all.isEmpty()) {
			SnapshotInfo newest = all.get(all.size() - 1);
			details.put("lsn", newest.lsn().value());
			details.put("age", Duration.between(newest.time(), Instant.now()).toString());
			details.put("size", newest.length());
		}
		if (!snapshotter.damaged().isEmpty()) {
			details.put("damaged", snapshotter.damaged().size());
		}
		WalTaskReport report = snapshotter.report();
		Throwable failure = report.lastFailure();
		if (failure != null) {
			details.put("failure", failure.getClass().getName());
			details.put("failures", report.failureCount());
		}
		return details;
	}

	private Map<String, Object> details(WalReplayProgress replay) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", replay.state());
		details.put("from", replay.from().value());
		details.put("to", replay.to().value());
		details.put("position", replay.position().value());
		details.put("replayedRecords", replay.replayedRecords());
		details.put("skippedRecords", replay.skippedRecords());
		return details;
	}

}
