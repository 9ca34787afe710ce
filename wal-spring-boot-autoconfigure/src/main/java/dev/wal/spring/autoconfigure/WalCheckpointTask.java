package dev.wal.spring.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.Lsn;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalCheckpointSource;
import dev.wal.spring.WalCheckpointer;
import dev.wal.spring.WalReplayProgress;
import dev.wal.trace.TraceJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Takes checkpoints, at an interval and on demand, on a scheduler of its own that no
 * application sees. Its thread is never interrupted: an interrupt would close the file
 * that a checkpoint writes.
 */
final class WalCheckpointTask implements WalCheckpointer, SmartLifecycle {

	/** Beside the executors: after the web server has stopped, before the log does. */
	static final int PHASE = Integer.MAX_VALUE / 2;

	/** Less than a context waits for one phase. */
	private static final int AWAIT_TERMINATION_SECONDS = 20;

	private static final Logger logger = LoggerFactory.getLogger(WalCheckpointTask.class);

	private final WriteAheadLog wal;

	private final ObjectProvider<WalCheckpointSource> sources;

	private final ObjectProvider<TraceJournal> journals;

	private final @Nullable WalReplayProgress replay;

	private final @Nullable Duration interval;

	/** Held during a checkpoint: there is never more than one. */
	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable ThreadPoolTaskScheduler scheduler;

	private volatile @Nullable ScheduledFuture<?> schedule;

	private volatile boolean running;

	private volatile long failureCount;

	private volatile @Nullable Throwable lastFailure;

	private volatile @Nullable Instant lastSuccess;

	/**
	 * Create the task.
	 * @param wal the log
	 * @param sources who is asked
	 * @param journals whose open traces hold checkpoints back
	 * @param replay what has to be through before, if there is a replay
	 * @param interval the time between two checkpoints, or {@code null} to take them on
	 * demand only
	 */
	WalCheckpointTask(WriteAheadLog wal, ObjectProvider<WalCheckpointSource> sources,
			ObjectProvider<TraceJournal> journals, @Nullable WalReplayProgress replay, @Nullable Duration interval) {
		this.wal = wal;
		this.sources = sources;
		this.journals = journals;
		this.replay = replay;
		this.interval = interval;
	}

	@Override
	public Result checkpoint() {
		this.lock.lock();
		try {
			Result result = advance();
			this.lastFailure = null;
			if (result.outcome() == Outcome.ADVANCED || result.outcome() == Outcome.UNCHANGED) {
				this.lastSuccess = Instant.now();
			}
			return result;
		}
		catch (RuntimeException ex) {
			long failures = this.failureCount;
			this.failureCount = failures + 1;
			this.lastFailure = ex;
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Result advance() {
		boolean replayed = this.replay == null || this.replay.state() == WalReplayProgress.State.COMPLETED;
		if (!replayed || this.wal.status().state() == WalState.CLOSED) {
			return new Result(Outcome.NOT_READY, this.wal.status().checkpointLsn(), 0);
		}
		Lsn before = this.wal.checkpointLsn();
		List<WalCheckpointSource> asked = this.sources.orderedStream().toList();
		if (asked.isEmpty()) {
			return new Result(Outcome.NO_SOURCE, before, 0);
		}
		Lsn applied = null;
		for (WalCheckpointSource source : asked) {
			Lsn answer = Objects.requireNonNull(source.appliedLsn(), () -> source + " returned null as applied LSN");
			applied = (applied == null) ? answer : min(applied, answer);
		}
		// The application may store effects of records before these are forced
		// themselves.
		applied = min(Objects.requireNonNull(applied), this.wal.durableLsn());
		// After the durable LSN was read: a trace that began since is above it.
		for (TraceJournal journal : this.journals) {
			applied = journal.checkpointLimit(applied);
		}
		if (!applied.isAfter(before)) {
			return new Result(Outcome.UNCHANGED, before, 0);
		}
		int deleted = this.wal.checkpoint(applied);
		logger.debug("Checkpoint at LSN {}, {} segments deleted", applied, deleted);
		return new Result(Outcome.ADVANCED, applied, deleted);
	}

	private static Lsn min(Lsn one, Lsn other) {
		return one.isAfter(other) ? other : one;
	}

	private void checkpointOnSchedule() {
		try {
			checkpoint();
		}
		catch (RuntimeException ex) {
			logger.warn("Checkpoint of the write-ahead log failed, to be tried again in {}", this.interval, ex);
		}
	}

	@Override
	public long failureCount() {
		return this.failureCount;
	}

	@Override
	public @Nullable Throwable lastFailure() {
		return this.lastFailure;
	}

	@Override
	public @Nullable Instant lastSuccess() {
		return this.lastSuccess;
	}

	@Override
	public void start() {
		Duration interval = this.interval;
		if (interval != null) {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setThreadNamePrefix("wal-checkpoint-");
			scheduler.setDaemon(true);
			// Without this, shutting down interrupts the worker.
			scheduler.setWaitForTasksToCompleteOnShutdown(true);
			scheduler.setAwaitTerminationSeconds(AWAIT_TERMINATION_SECONDS);
			scheduler.initialize();
			this.schedule = scheduler.scheduleWithFixedDelay(this::checkpointOnSchedule, Instant.now().plus(interval),
					interval);
			this.scheduler = scheduler;
		}
		this.running = true;
	}

	@Override
	public void stop() {
		ScheduledFuture<?> schedule = this.schedule;
		if (schedule != null) {
			// Lets a checkpoint under way end.
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

}
