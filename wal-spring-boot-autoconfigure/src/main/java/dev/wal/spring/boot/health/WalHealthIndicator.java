// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.health;

import java.time.Instant;

import dev.wal.LocalStatus;
import dev.wal.LocalWriteAheadLog;
import dev.wal.TailState;
import dev.wal.WalDirectoryLostException;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.spring.FailureText;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalSnapshotter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} for a write-ahead log. Takes no lock of the log and never opens
 * it.
 * <ul>
 * <li>DOWN if the log has failed, is not open, or its replay failed</li>
 * <li>OUT_OF_SERVICE until the replay has finished, and while the disk is full or the
 * next segment cannot be created: the log resumes by itself, and a restart would not
 * help</li>
 * <li>UP otherwise. What somebody has to look at, although nothing is lost, is listed as
 * {@code problems}</li>
 * </ul>
 * A status other than UP has a reason, the time since when it is so where that is known,
 * and the next step. Figures that move are in the endpoints and the meters: some tools
 * read the details only when the status changes.
 */
public class WalHealthIndicator extends AbstractHealthIndicator {

	private final WriteAheadLog wal;

	private final @Nullable WalReplayProgress replay;

	private final @Nullable WalCheckpointer checkpointer;

	private final @Nullable WalSnapshotter snapshotter;

	private final @Nullable WalListenerDeliveries listeners;

	private final FailureText failures;

	/**
	 * Create an indicator.
	 * @param wal the log
	 * @param replay its replay, or {@code null} if there is none
	 * @param checkpointer takes its checkpoints, or {@code null} if there is none
	 * @param snapshotter takes its snapshots, or {@code null} if there is none
	 * @param listeners the deliveries to its listeners, or {@code null} if there are none
	 * @param failures describes the exceptions of the application
	 */
	public WalHealthIndicator(WriteAheadLog wal, @Nullable WalReplayProgress replay,
			@Nullable WalCheckpointer checkpointer, @Nullable WalSnapshotter snapshotter,
			@Nullable WalListenerDeliveries listeners, FailureText failures) {
		super("Write-ahead log health check failed");
		this.wal = wal;
		this.replay = replay;
		this.checkpointer = checkpointer;
		this.snapshotter = snapshotter;
		this.listeners = listeners;
		this.failures = failures;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		if (OpenLog.isMock(this.wal)) {
			builder.unknown();
			return;
		}
		WalStatus status = this.wal.status();
		builder.withDetail("state", status.state()).withDetail("location", status.location());
		switch (status.state()) {
			case FAILED -> failed(builder.down(), status);
			case CLOSED -> explain(builder.down(), "the log is not open", null,
					"Wait if the application is starting or stopping. Otherwise look for an error at its start");
			case FULL -> explain(builder.outOfService(), "the disk is full: " + message(status), status.since(),
					"Free space; the log then accepts appends by itself. See docs/how-to/full-disk.md");
			case REJECTING ->
				explain(builder.outOfService(),
						"the next segment cannot be created: " + message(status)
								+ ". Appends that need one are rejected",
						status.since(),
						"Remove the reason; the log then accepts appends by itself. See docs/how-to/monitor.md");
			case OPEN -> {
				replay(builder);
				open(builder, status);
			}
		}
	}

	private static void failed(Health.Builder builder, WalStatus status) {
		if (status.failure() instanceof WalDirectoryLostException) {
			// It says itself which records are where.
			explain(builder, "the directory is lost: " + message(status), status.since(),
					"Do not restart before the records are safe. See docs/how-to/stale-lock.md");
			return;
		}
		explain(builder,
				"the log has failed: " + message(status)
						+ ". Every append is rejected until a restart; every record up to LSN " + status.durableLsn()
						+ " is on the disk",
				status.since(), "Look at the disk ('dmesg') and at the limits of the process, then restart: what is on "
						+ "the disk decides. See docs/how-to/monitor.md");
	}

	private static String message(WalStatus status) {
		Throwable failure = status.failure();
		return (failure != null) ? new FailureText(true).of(failure) : "no reason is known";
	}

	private void replay(Health.Builder builder) {
		WalReplayProgress replay = this.replay;
		if (replay == null) {
			builder.up();
			return;
		}
		switch (replay.state()) {
			case PENDING -> explain(builder.outOfService(), "the replay has not started", null,
					"Wait: it starts when the application context has started");
			case RUNNING -> explain(builder.outOfService(),
					"the replay of LSN " + replay.from() + " to " + replay.to() + " is running",
					Instant.now().minus(replay.duration()),
					"Wait; GET /actuator/wal shows how far it is. See docs/how-to/snapshots.md to make it short");
			case COMPLETED -> builder.up();
			case FAILED -> explain(builder.down(), "the replay failed after LSN " + replay.position(), null,
					"The error of the start names the record and the handler. See docs/how-to/replay-and-checkpoints.md");
		}
	}

	private void open(Health.Builder builder, WalStatus status) {
		TailState tail = OpenLog.tailState(this.wal);
		if (tail != null) {
			builder.withDetail("tail", tail.kind());
		}
		WalProblems problems = new WalProblems(this.failures);
		LocalStatus files = this.wal.unwrap(LocalWriteAheadLog.class).map(LocalWriteAheadLog::localStatus).orElse(null);
		problems.recovery(OpenLog.recoveryReport(this.wal), (files != null) ? files.lostRecords() : 0);
		if (files != null) {
			problems.files(files);
		}
		problems.checkpoints(this.checkpointer);
		problems.snapshots(this.snapshotter);
		problems.listeners(this.listeners, status.durableLsn());
		if (!problems.asList().isEmpty()) {
			builder.withDetail("problems", problems.asList());
		}
	}

	private static void explain(Health.Builder builder, String reason, @Nullable Instant since, String next) {
		builder.withDetail("reason", reason);
		if (since != null) {
			builder.withDetail("since", since);
		}
		builder.withDetail("next", next);
	}

}
