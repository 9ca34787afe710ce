// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.lifecycle.BeanNames;
import dev.wal.spring.lifecycle.OpenLog;
import dev.wal.spring.lifecycle.RecoveredLsn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Restores the newest snapshot, then gives the records that earlier runs appended to the
 * handlers, once in the life of the context. A handler with a snapshot gets the records
 * above its LSN there, any other handler the records above the checkpoint. Its log lines
 * contain no payload, and no message of a handler's exception, which might quote one.
 */
public final class WalReplayer implements WalReplayProgress, ApplicationListener<ContextClosedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(WalReplayer.class);

	private final WriteAheadLog wal;

	private final ObjectProvider<WalReplayHandler> handlers;

	private final ObjectProvider<WalDeadLetterHandler> deadLetterHandlers;

	private final ApplicationContext context;

	private final @Nullable WalSnapshotTask snapshots;

	private final Settings settings;

	private final CountDownLatch closing = new CountDownLatch(1);

	private volatile State state = State.PENDING;

	private volatile Lsn from = Lsn.NONE;

	private volatile Lsn to = Lsn.NONE;

	private volatile Lsn position = Lsn.NONE;

	private volatile long replayedRecords;

	private volatile long skippedRecords;

	private volatile long startNanos;

	private volatile long endNanos;

	public WalReplayer(WriteAheadLog wal, ObjectProvider<WalReplayHandler> handlers,
			ObjectProvider<WalDeadLetterHandler> deadLetterHandlers, ApplicationContext context,
			@Nullable WalSnapshotTask snapshots, Settings settings) {
		this.wal = wal;
		this.handlers = handlers;
		this.deadLetterHandlers = deadLetterHandlers;
		this.context = context;
		this.snapshots = snapshots;
		this.settings = settings;
	}

	/**
	 * Replay. Does nothing if the replay has completed before: state in memory survives a
	 * stop and start of the context.
	 */
	public void replay() {
		if (this.state == State.COMPLETED) {
			return;
		}
		this.startNanos = System.nanoTime();
		this.state = State.RUNNING;
		State end = State.FAILED;
		try {
			run(this.handlers.orderedStream().toList());
			end = State.COMPLETED;
			if (this.snapshots != null) {
				this.snapshots.replayed();
			}
		}
		finally {
			this.endNanos = System.nanoTime();
			this.state = end;
		}
		this.context.publishEvent(
				new WalReplayCompletedEvent(this.from, this.to, this.replayedRecords, this.skippedRecords, duration()));
	}

	private void run(List<WalReplayHandler> handlers) {
		if (OpenLog.isMock(this.wal)) {
			logger.debug("Nothing is replayed: {} has taken the place of the log", this.wal);
			return;
		}
		List<Target> targets = restore(handlers);
		determineRange(targets);
		this.context.publishEvent(new WalReplayStartedEvent(this.from, this.to));
		handlers.forEach((handler) -> handler.replayStarted(this.from, this.to));
		if (this.from.isNone()) {
			logger.info("Nothing to replay: the write-ahead log has no record above the checkpoint");
		}
		else if (handlers.isEmpty()) {
			logger.info("Not replaying LSN {} to {}: there is no WalReplayHandler bean", this.from, this.to);
		}
		else {
			logger.info("Replaying the write-ahead log from LSN {} to {}", this.from, this.to);
			replayRecords(targets);
			logger.info("Replayed {} records in {} ms, {} of them skipped", this.replayedRecords,
					elapsed(System.nanoTime()).toMillis(), this.skippedRecords);
		}
		handlers.forEach((handler) -> handler.replayCompleted(this.from, this.to));
	}

	private List<Target> restore(List<WalReplayHandler> handlers) {
		Map<String, Lsn> restored = (this.snapshots != null) ? this.snapshots.restore() : Map.of();
		Lsn checkpoint = this.wal.checkpointLsn();
		return handlers.stream()
			.map((handler) -> new Target(handler,
					(handler instanceof WalSnapshotHandler part)
							? restored.getOrDefault(part.snapshotName(), checkpoint) : checkpoint))
			.toList();
	}

	private void determineRange(List<Target> targets) {
		// Not the current durable LSN: the application has applied what this run
		// appended.
		Lsn last = RecoveredLsn.of(this.wal);
		Lsn first = this.wal.firstLsn();
		Lsn due = targets.stream().map(Target::applied).min(Lsn::compareTo).orElse(this.wal.checkpointLsn()).next();
		Lsn start = first.isAfter(due) ? first : due;
		if (!first.isNone() && !start.isAfter(last)) {
			this.to = last;
			this.from = start;
		}
	}

	private void replayRecords(List<Target> targets) {
		long nextReport = System.nanoTime() + this.settings.progressInterval().toNanos();
		long replayed = 0;
		long skipped = 0;
		try (WalReader reader = this.wal.read(this.from)) {
			for (WalRecord record : reader) {
				Lsn lsn = record.lsn();
				if (lsn.isAfter(this.to)) {
					break;
				}
				if (!replay(record, targets)) {
					this.skippedRecords = ++skipped;
				}
				this.replayedRecords = ++replayed;
				this.position = lsn;
				if (System.nanoTime() - nextReport >= 0) {
					logger.info("Replayed {} records, {} of them skipped: at LSN {} of {}", replayed, skipped, lsn,
							this.to);
					nextReport = System.nanoTime() + this.settings.progressInterval().toNanos();
				}
			}
		}
	}

	private boolean replay(WalRecord record, List<Target> targets) {
		boolean applied = true;
		for (Target target : targets) {
			if (record.lsn().isAfter(target.applied())) {
				applied &= replay(record, target.handler());
			}
		}
		return applied;
	}

	private boolean replay(WalRecord record, WalReplayHandler handler) {
		for (int attempt = 1;; attempt++) {
			checkNotClosing(record.lsn());
			try {
				handler.onRecord(record);
				return true;
			}
			catch (Exception ex) {
				restoreInterrupt(ex);
				// If the handler fails because its resources are closing, the record is
				// not to blame.
				checkNotClosing(record.lsn());
				if (this.settings.skip()) {
					skip(record, handler, ex);
					return false;
				}
				if (attempt >= this.settings.maxAttempts()) {
					throw new WalReplayException(record.lsn(), nameOf(handler), attempt, ex);
				}
				logger.warn("Replay handler '{}' could not apply {} ({}), attempt {} of {}", nameOf(handler), record,
						ex.getClass().getName(), attempt, this.settings.maxAttempts());
				logger.debug("Exception of the replay handler in attempt {}", attempt, ex);
				backOff(record.lsn(), handler, attempt, ex);
			}
		}
	}

	private void skip(WalRecord record, WalReplayHandler handler, Exception failure) {
		for (WalDeadLetterHandler deadLetterHandler : this.deadLetterHandlers.orderedStream().toList()) {
			try {
				deadLetterHandler.onSkipped(record, failure);
			}
			catch (Exception ex) {
				restoreInterrupt(ex);
				ex.addSuppressed(failure);
				throw new WalReplayException(record.lsn(),
						BeanNames.of(this.context, WalDeadLetterHandler.class, deadLetterHandler), 1, ex);
			}
		}
		logger.warn("Skipped {}: replay handler '{}' could not apply it ({})", record, nameOf(handler),
				failure.getClass().getName());
		logger.debug("Exception of the replay handler", failure);
		this.context.publishEvent(new WalRecordSkippedEvent(record, failure));
	}

	private void backOff(Lsn lsn, WalReplayHandler handler, int attempt, Exception failure) {
		try {
			if (this.closing.await(this.settings.backoff().toMillis(), TimeUnit.MILLISECONDS)) {
				checkNotClosing(lsn);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new WalReplayException(lsn, nameOf(handler), attempt, failure);
		}
	}

	private void checkNotClosing(Lsn lsn) {
		if (this.closing.getCount() == 0) {
			throw new WalClosedException("The replay stopped at LSN " + lsn
					+ ", because the application context is closing. The next start replays the record again.");
		}
	}

	private static void restoreInterrupt(Exception ex) {
		if (ex instanceof InterruptedException) {
			Thread.currentThread().interrupt();
		}
	}

	private String nameOf(WalReplayHandler handler) {
		return BeanNames.of(this.context, WalReplayHandler.class, handler);
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.closing.countDown();
		}
	}

	@Override
	public State state() {
		return this.state;
	}

	@Override
	public Lsn from() {
		return this.from;
	}

	@Override
	public Lsn to() {
		return this.to;
	}

	@Override
	public Lsn position() {
		return this.position;
	}

	@Override
	public long replayedRecords() {
		return this.replayedRecords;
	}

	@Override
	public long skippedRecords() {
		return this.skippedRecords;
	}

	@Override
	public Duration duration() {
		return switch (this.state) {
			case PENDING -> Duration.ZERO;
			case RUNNING -> elapsed(System.nanoTime());
			case COMPLETED, FAILED -> elapsed(this.endNanos);
		};
	}

	private Duration elapsed(long now) {
		return Duration.ofNanos(now - this.startNanos);
	}

	/**
	 * A handler and the LSN that it has.
	 *
	 * @param handler the handler
	 * @param applied the handler gets the records above this LSN
	 */
	private record Target(WalReplayHandler handler, Lsn applied) {
	}

	/**
	 * What to do when a handler throws an exception, and how often to log the progress.
	 *
	 * @param skip whether to continue with the next record
	 * @param maxAttempts the number of attempts for each record, if it is not skipped
	 * @param backoff the pause before the next attempt
	 * @param progressInterval the time between two log lines about the progress
	 */
	public record Settings(boolean skip, int maxAttempts, Duration backoff, Duration progressInterval) {
	}

}
