// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.checkpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotInfo;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.replay.Attempts;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalSnapshotHandler;
import dev.wal.spring.replay.WalSnapshotter;
import dev.wal.spring.replay.WalTaskReport;
import dev.wal.spring.workflow.WalTraceRecoverer;
import dev.wal.trace.TraceJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Takes snapshots and checkpoints, when they are due and on demand. Has a private
 * scheduler, which is not a bean. Its thread is never interrupted: an interrupt would
 * close the file that a checkpoint writes.
 */
public final class WalCheckpointTask implements WalCheckpointer, SmartLifecycle {

	/** The phase of executors: stops after the web server and before the log. */
	static final int PHASE = Integer.MAX_VALUE / 2;

	/** Less than the 30 seconds that a context waits for one phase. */
	private static final int AWAIT_TERMINATION_SECONDS = 20;

	private static final Logger logger = LoggerFactory.getLogger(WalCheckpointTask.class);

	private final WriteAheadLog wal;

	private final ObjectProvider<WalCheckpointSource> sources;

	private final ObjectProvider<TraceJournal> journals;

	private final @Nullable WalReplayProgress replay;

	private final ObjectProvider<WalReplayHandler> handlers;

	private final @Nullable WalSnapshotter snapshotter;

	private final Schedule settings;

	private final Attempts attempts = new Attempts();

	private final TaskLog checkpointLog = new TaskLog("Checkpoint", "No segment is deleted until one succeeds.");

	private final TaskLog snapshotLog = new TaskLog("Snapshot", "The older snapshots and the log are still complete.");

	private volatile @Nullable ThreadPoolTaskScheduler scheduler;

	private volatile @Nullable ScheduledFuture<?> schedule;

	private volatile boolean running;

	private volatile boolean warned;

	/**
	 * Create the task.
	 * @param wal the log
	 * @param sources the beans that tell what has been applied
	 * @param journals the journals whose open traces keep records in the log
	 * @param replay the replay, which must finish first, or {@code null} if there is none
	 * @param handlers the replay handlers
	 * @param snapshotter takes the snapshots, or {@code null} if there are none
	 * @param settings when the tasks are due
	 */
	public WalCheckpointTask(WriteAheadLog wal, ObjectProvider<WalCheckpointSource> sources,
			ObjectProvider<TraceJournal> journals, @Nullable WalReplayProgress replay,
			ObjectProvider<WalReplayHandler> handlers, @Nullable WalSnapshotter snapshotter, Schedule settings) {
		this.wal = wal;
		this.sources = sources;
		this.journals = journals;
		this.replay = replay;
		this.handlers = handlers;
		this.snapshotter = snapshotter;
		this.settings = settings;
	}

	@Override
	public Result checkpoint() {
		return this.attempts.make(this::advance,
				(result) -> result.outcome() == Outcome.ADVANCED || result.outcome() == Outcome.UNCHANGED);
	}

	private Result advance() {
		if (OpenLog.isMock(this.wal)) {
			return new Result(Outcome.NOT_READY, Lsn.NONE, Lsn.NONE);
		}
		boolean replayed = this.replay == null || this.replay.state() == WalReplayProgress.State.COMPLETED;
		if (!replayed || this.wal.status().state() == WalState.CLOSED) {
			return new Result(Outcome.NOT_READY, this.wal.status().checkpointLsn(), Lsn.NONE);
		}
		Lsn before = this.wal.checkpointLsn();
		Lsn applied = appliedLsn();
		if (applied == null) {
			return new Result(Outcome.NO_SOURCE, before, this.wal.checkpoint(before));
		}
		// The application may store the effects of a record before the record is forced.
		applied = min(applied, this.wal.durableLsn());
		// Read after the durable LSN: a trace that started since then is above it.
		for (TraceJournal journal : this.journals) {
			applied = journal.checkpointLimit(applied);
		}
		if (!applied.isAfter(before)) {
			// Deletes segments that have become too old, or that a reader had kept.
			return new Result(Outcome.UNCHANGED, before, this.wal.checkpoint(before));
		}
		Lsn first = this.wal.checkpoint(applied);
		logger.debug("Checkpoint at LSN {}; the log now begins at LSN {}", applied, first);
		return new Result(Outcome.ADVANCED, applied, first);
	}

	/**
	 * Return the LSN up to which all sources and snapshots have the records, or
	 * {@code null} if there is neither.
	 */
	private @Nullable Lsn appliedLsn() {
		Lsn applied = null;
		List<WalCheckpointSource> asked = this.sources.orderedStream().toList();
		for (WalCheckpointSource source : asked) {
			Lsn answer = Objects.requireNonNull(source.appliedLsn(), () -> source + " returned null as applied LSN");
			applied = (applied != null) ? min(applied, answer) : answer;
		}
		WalSnapshotter snapshotter = this.snapshotter;
		if (snapshotter != null && snapshotter.hasHandlers()) {
			if (asked.isEmpty() && this.handlers.stream().anyMatch(WalCheckpointTask::mayNeedEveryRecord)) {
				warnOnce();
				return null;
			}
			Lsn released = snapshotter.releasedLsn();
			applied = (applied != null) ? min(applied, released) : released;
		}
		return applied;
	}

	private static boolean mayNeedEveryRecord(WalReplayHandler handler) {
		// The journal keeps the records of open traces, see above.
		return !(handler instanceof WalSnapshotHandler || handler instanceof WalTraceRecoverer);
	}

	/**
	 * A handler without a snapshot and without a source may need every record.
	 */
	private void warnOnce() {
		if (!this.warned) {
			this.warned = true;
			logger.warn("No segment can be deleted: a WalReplayHandler is not a WalSnapshotHandler, and no"
					+ " WalCheckpointSource says what has been applied");
		}
	}

	private static Lsn min(Lsn one, Lsn other) {
		return one.isAfter(other) ? other : one;
	}

	/**
	 * A task that fails is due again at the same time as one that succeeds.
	 */
	private void doWhatIsDue(Duration tolerance, @Nullable Due checkpoint, @Nullable Due snapshot) {
		boolean written = snapshot != null && writeSnapshot(snapshot, tolerance);
		WalStatus status = this.wal.status();
		if (checkpoint != null && (written || checkpoint.isDue(status, status.checkpointLsn(), tolerance))) {
			checkpointOnSchedule();
			checkpoint.done(status);
		}
	}

	/**
	 * Write a snapshot if one is due.
	 * @return whether one was written
	 */
	private boolean writeSnapshot(Due due, Duration tolerance) {
		WalSnapshotter snapshotter = this.snapshotter;
		if (snapshotter == null || !snapshotter.hasHandlers()) {
			return false;
		}
		List<SnapshotInfo> all = snapshotter.snapshots();
		Lsn newest = all.isEmpty() ? Lsn.NONE : all.get(all.size() - 1).lsn();
		// Read before the snapshot, which may lack records that are appended during it.
		WalStatus status = this.wal.status();
		if (!due.isDue(status, newest, tolerance)) {
			return false;
		}
		try {
			WalSnapshotter.Outcome outcome = snapshotter.snapshot().outcome();
			if (outcome != WalSnapshotter.Outcome.NOT_READY) {
				due.done(status);
				this.snapshotLog.succeeded();
			}
			return outcome == WalSnapshotter.Outcome.WRITTEN;
		}
		catch (RuntimeException ex) {
			due.done(status);
			this.snapshotLog.failed(ex);
			return false;
		}
	}

	private void checkpointOnSchedule() {
		try {
			if (checkpoint().outcome() != Outcome.NOT_READY) {
				this.checkpointLog.succeeded();
			}
		}
		catch (RuntimeException ex) {
			this.checkpointLog.failed(ex);
		}
	}

	@Override
	public WalTaskReport report() {
		return this.attempts.report();
	}

	@Override
	public void start() {
		Duration tick = this.settings.tick();
		if (tick != null && !OpenLog.isMock(this.wal)) {
			Due checkpoint = due(this.settings.checkpoint());
			Due snapshot = due(this.settings.snapshot());
			Runnable task = () -> doWhatIsDue(tick.dividedBy(2), checkpoint, snapshot);
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setThreadNamePrefix("wal-checkpoint-");
			scheduler.setDaemon(true);
			// Without this, the shutdown interrupts the worker.
			scheduler.setWaitForTasksToCompleteOnShutdown(true);
			scheduler.setAwaitTerminationSeconds(AWAIT_TERMINATION_SECONDS);
			scheduler.initialize();
			this.schedule = scheduler.scheduleWithFixedDelay(task, Instant.now().plus(tick), tick);
			this.scheduler = scheduler;
		}
		this.running = true;
	}

	private static @Nullable Due due(Due.@Nullable Settings settings) {
		return (settings != null) ? new Due(settings) : null;
	}

	@Override
	public void stop() {
		ScheduledFuture<?> schedule = this.schedule;
		if (schedule != null) {
			// A checkpoint that is running ends by itself.
			schedule.cancel(false);
			this.schedule = null;
		}
		ThreadPoolTaskScheduler scheduler = this.scheduler;
		if (scheduler != null) {
			scheduler.shutdown();
			this.scheduler = null;
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * When the tasks are due. A task without settings runs on demand only.
	 *
	 * @param checkpoint when a checkpoint is due, or {@code null}
	 * @param snapshot when a snapshot is due, or {@code null}
	 */
	public record Schedule(Due.@Nullable Settings checkpoint, Due.@Nullable Settings snapshot) {

		/**
		 * Return the time between two checks.
		 * @return the time, or {@code null} if no task is ever due
		 */
		@Nullable Duration tick() {
			return Stream.of(Optional.ofNullable(this.checkpoint), Optional.ofNullable(this.snapshot))
				.flatMap(Optional::stream)
				.map(Due.Settings::tick)
				.min(Comparator.naturalOrder())
				.orElse(null);
		}

	}

}
