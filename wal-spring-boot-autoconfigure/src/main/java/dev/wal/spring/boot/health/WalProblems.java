// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.wal.DamagedRange;
import dev.wal.LocalStatus;
import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.spring.FailureText;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.listener.WalListenerDeliveries;
import dev.wal.spring.listener.WalListenerDeliveries.Delivery;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalTaskReport;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with a log that accepts appends. Nothing is lost by it, so that
 * the status stays UP, but somebody has to look.
 */
final class WalProblems {

	/** A listener that throws gets the record again this soon. */
	private static final Duration FAILING = Duration.ofSeconds(1);

	/** A listener may take its time; this long it is taken for blocked. */
	private static final Duration BLOCKED = Duration.ofMinutes(1);

	private final FailureText failures;

	private final List<Map<String, Object>> problems = new ArrayList<>();

	WalProblems(FailureText failures) {
		this.failures = failures;
	}

	List<Map<String, Object>> asList() {
		return this.problems;
	}

	/**
	 * Look at what was given up.
	 * @param lost the records that are lost without anybody having acknowledged that
	 */
	void recovery(@Nullable RecoveryReport recovery, long lost) {
		if (lost > 0) {
			add(lost + " acknowledged record(s) are lost: they were given up when the log was opened or repaired", null,
					"GET /actuator/waltail lists what the last open gave up; what is left is intact. When those "
							+ "who own the records know, acknowledge it: POST /actuator/wal with the operation "
							+ "acknowledge-loss, or 'wal acknowledge-loss DIR' on the closed log. "
							+ "See docs/how-to/damaged-log.md");
		}
		else if (recovery != null && recovery.loss().isNone() && !recovery.damage().isEmpty()) {
			DamagedRange first = recovery.damage().get(0);
			add(recovery.damage().size() + " damaged place(s) were found when the log was opened, the first in "
					+ first.segment() + " at offset " + first.offset() + ": " + first.reason() + ". No record is lost",
					null, "GET /actuator/waltail lists them. See docs/how-to/damaged-log.md");
		}
	}

	/**
	 * Look at what the log cannot do with its files at the moment.
	 */
	void files(LocalStatus files) {
		String directory = files.directoryProblem();
		if (directory != null) {
			add("The log cannot check whether the directory is still the one that it opened: " + directory, null,
					"It goes on, and looks again twice a second. Remove the reason. See docs/how-to/stale-lock.md");
		}
		String control = files.controlProblem();
		if (control != null) {
			add("The control file cannot be written: " + control, null,
					"No checkpoint deletes anything until it can be; it is tried again every second. Look at the disk "
							+ "('dmesg') and at the permissions of the file");
		}
	}

	void checkpoints(@Nullable WalCheckpointer checkpointer) {
		if (checkpointer != null) {
			task("Checkpoints", checkpointer.report(), "No segment is deleted until one succeeds, and the disk fills. "
					+ "Correct what the WalCheckpointSource runs into");
		}
	}

	void snapshots(@Nullable WalSnapshotter snapshotter) {
		if (snapshotter == null || !snapshotter.hasHandlers()) {
			return;
		}
		task("Snapshots", snapshotter.report(), "The older snapshots and the log are complete, but the log grows. "
				+ "Correct what the WalSnapshotHandler runs into");
		int damaged = snapshotter.damaged().size();
		if (damaged > 0) {
			add(damaged + " damaged snapshot(s) were set aside: " + snapshotter.damaged(), null,
					"An older one or the log took their place. Check the disk, then delete them. "
							+ "See docs/how-to/damaged-log.md");
		}
	}

	private void task(String name, WalTaskReport report, String next) {
		Throwable failure = report.lastFailure();
		if (failure != null) {
			add(name + " fail: " + this.failures.of(failure), report.failingSince(), next);
		}
	}

	void listeners(@Nullable WalListenerDeliveries listeners, Lsn durable) {
		if (listeners != null) {
			listeners.deliveries().forEach((delivery) -> listener(delivery, durable));
		}
	}

	private void listener(Delivery delivery, Lsn durable) {
		Throwable failure = delivery.lastFailure();
		Instant since = Instant.now().minus(delivery.heldUpFor());
		String listener = "The listener '" + delivery.listener() + "' ";
		if (!delivery.active() && failure != null) {
			add(listener + "gets no more records from LSN " + delivery.position() + " on: " + this.failures.of(failure),
					null, "Correct the cause and restart the application");
		}
		else if (failure != null && delivery.heldUpFor().compareTo(FAILING) > 0) {
			add(listener + "fails at LSN " + delivery.position() + " of " + durable + ": " + this.failures.of(failure),
					since, "It gets the record again until it succeeds. See docs/how-to/listeners.md");
		}
		else if (delivery.heldUpFor().compareTo(BLOCKED) > 0) {
			add(listener + "has not returned from LSN " + delivery.position() + " of " + durable, since,
					"A thread dump shows where the thread 'wal-listener' waits. See docs/how-to/listeners.md");
		}
	}

	private void add(String reason, @Nullable Instant since, String next) {
		Map<String, Object> problem = new LinkedHashMap<>();
		problem.put("reason", reason);
		if (since != null) {
			problem.put("since", since);
		}
		problem.put("next", next);
		this.problems.add(problem);
	}

}
