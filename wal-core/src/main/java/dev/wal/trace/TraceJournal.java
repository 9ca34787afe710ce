// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.wal.Lsn;
import dev.wal.WalBatch;
import dev.wal.WalException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.trace.RecoveryAction.AwaitResume;
import dev.wal.trace.RecoveryAction.Skip;
import dev.wal.trace.TraceRecoveryReport.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to traces into a log, among the other records of it. A method
 * returns as an append of the log does: under its default policy, when the record is on
 * the disk. All of them throw what {@link WriteAheadLog} says of appends.
 * <p>
 * {@link #begin} and {@link Trace} are the short way. The methods that write one record
 * do not judge what they are told: that a node is completed only after it was started is
 * up to the caller, and {@link TraceRecovery} says what any order of records means.
 * <p>
 * The journal knows which traces are open: those that it began, and those that
 * {@link #recover} or {@link #replay} found. Their records must stay in the log, so ask
 * {@link #checkpointLimit} before each checkpoint. There should be one journal for a log.
 * Thread-safe.
 */
public final class TraceJournal {

	private static final Logger logger = LoggerFactory.getLogger(TraceJournal.class);

	/**
	 * The type that trace records have in the log unless another is chosen.
	 */
	public static final int RECORD_TYPE = 252;

	private final WriteAheadLog log;

	private final int recordType;

	private final Clock clock;

	private final List<TraceObserver> observers;

	private final OpenTraces open = new OpenTraces();

	/**
	 * Create a journal on a log, with records of type {@link #RECORD_TYPE}.
	 * @param log the log
	 */
	public TraceJournal(WriteAheadLog log) {
		this(log, RECORD_TYPE, Clock.systemUTC(), List.of());
	}

	/**
	 * Create a journal on a log.
	 * @param log the log
	 * @param recordType the type of its records in the log, from 0 to 255, which nothing
	 * else there may use
	 * @param clock the source of timestamps
	 * @param observers are told what the journal does
	 */
	public TraceJournal(WriteAheadLog log, int recordType, Clock clock, List<TraceObserver> observers) {
		if (recordType < 0 || recordType > 255) {
			throw new IllegalArgumentException("The record type " + recordType + " is not from 0 to 255");
		}
		this.log = Objects.requireNonNull(log, "log must not be null");
		this.recordType = recordType;
		this.clock = Objects.requireNonNull(clock, "clock must not be null");
		this.observers = List.copyOf(observers);
	}

	/**
	 * Return the type of the journal's records in the log.
	 * @return a number from 0 to 255
	 */
	public int recordType() {
		return this.recordType;
	}

	/**
	 * Begin a trace with a new random id.
	 * @param name what it is called, such as the kind of workflow; not blank
	 * @param data what is needed to take it up again, or {@code null}
	 * @return the trace
	 */
	public Trace begin(String name, @Nullable String data) {
		return begin(name, data, new WalBatch());
	}

	/**
	 * Begin a trace together with the records that it is about: after a crash all of them
	 * are there, or none and no trace.
	 * @param name what it is called, such as the kind of workflow; not blank
	 * @param data what is needed to take it up again, or {@code null}
	 * @param records other records, which come directly before the trace in the log; the
	 * start of the trace is added to them
	 * @return the trace
	 */
	public Trace begin(String name, @Nullable String data, WalBatch records) {
		TraceRecord entry = TraceRecord.traceStart(UUID.randomUUID(), now())
			.withMetadata(TraceName.metadata(name, data));
		records.add(this.recordType, entry.encode());
		write(entry, () -> this.log.appendAll(records).last());
		return new Trace(this, entry.traceId());
	}

	/**
	 * Return an open trace, to go on with it.
	 * @param traceId the trace
	 * @return the trace; what is done to it throws if it is not open
	 */
	public Trace trace(UUID traceId) {
		return new Trace(this, Objects.requireNonNull(traceId, "traceId must not be null"));
	}

	/**
	 * Begin a trace with a new random id.
	 * @return the id
	 */
	public UUID startTrace() {
		UUID traceId = UUID.randomUUID();
		startTrace(traceId, null);
		return traceId;
	}

	/**
	 * Begin a trace, anew if it has already begun.
	 * @param traceId the id of the trace
	 * @param metadata what recovery needs to know of it, or {@code null}
	 * @return the LSN of the record
	 */
	public Lsn startTrace(UUID traceId, @Nullable String metadata) {
		return write(TraceRecord.traceStart(traceId, now()).withMetadata(metadata));
	}

	/**
	 * Tell that a node begins to run.
	 * @param traceId the trace
	 * @param nodeId the node, from 0 to 2^32-1
	 * @return the LSN of the record
	 */
	public Lsn startNode(UUID traceId, long nodeId) {
		return write(TraceRecord.nodeStart(traceId, nodeId, now()));
	}

	/**
	 * Tell that a node has completed.
	 * @param traceId the trace
	 * @param nodeId the node
	 * @param output where its output is, or {@link OutputLocation#NONE}
	 * @return the LSN of the record
	 */
	public Lsn completeNode(UUID traceId, long nodeId, OutputLocation output) {
		return write(TraceRecord.nodeDone(traceId, nodeId, output, now()));
	}

	/**
	 * Tell that a run of a node has failed. The trace goes on.
	 * @param traceId the trace
	 * @param nodeId the node
	 * @param error why, or {@code null}
	 * @return the LSN of the record
	 */
	public Lsn failNode(UUID traceId, long nodeId, @Nullable String error) {
		return write(TraceRecord.nodeError(traceId, nodeId, error, now()));
	}

	/**
	 * Tell that a trace has completed. Recovery forgets it.
	 * @param traceId the trace
	 * @return the LSN of the record
	 */
	public Lsn completeTrace(UUID traceId) {
		return write(TraceRecord.traceComplete(traceId, now()));
	}

	/**
	 * Tell that a trace was given up. Recovery forgets it.
	 * @param traceId the trace
	 * @param error why, or {@code null}
	 * @return the LSN of the record
	 */
	public Lsn failTrace(UUID traceId, @Nullable String error) {
		return write(TraceRecord.traceFailed(traceId, error, now()));
	}

	/**
	 * Tell that a trace waits for something from outside.
	 * @param traceId the trace
	 * @param nodeId the node at which it waits
	 * @param metadata what is needed to go on, or {@code null}
	 * @return the LSN of the record
	 */
	public Lsn suspend(UUID traceId, long nodeId, @Nullable String metadata) {
		return write(TraceRecord.traceSuspended(traceId, nodeId, metadata, now()));
	}

	/**
	 * Tell that a trace goes on.
	 * @param traceId the trace
	 * @return the LSN of the record
	 */
	public Lsn resume(UUID traceId) {
		return write(TraceRecord.traceResumed(traceId, now()));
	}

	/**
	 * Tell that a loop begins an iteration.
	 * @param traceId the trace
	 * @param nodeId the node of the loop
	 * @param iteration the iteration, from 0 to 2^32-1
	 * @return the LSN of the record
	 */
	public Lsn loopIteration(UUID traceId, long nodeId, long iteration) {
		return write(TraceRecord.loopIteration(traceId, nodeId, iteration, now()));
	}

	/**
	 * Tell that a loop has ended.
	 * @param traceId the trace
	 * @param nodeId the node of the loop
	 * @param iterations the number of iterations it had, from 0 to 2^32-1
	 * @return the LSN of the record
	 */
	public Lsn loopExit(UUID traceId, long nodeId, long iterations) {
		return write(TraceRecord.loopExit(traceId, nodeId, iterations, now()));
	}

	/**
	 * Write a mark that belongs to no trace. It deletes nothing; for that see
	 * {@link WriteAheadLog#checkpoint(Lsn)}, and {@link #checkpointLimit(Lsn)} for how
	 * far it may go.
	 * @param metadata what it marks, or {@code null}
	 * @return the LSN of the record
	 */
	public Lsn checkpoint(@Nullable String metadata) {
		return write(TraceRecord.checkpoint(metadata, now()));
	}

	/**
	 * Write any record.
	 * @param entry the record
	 * @return its LSN
	 */
	public Lsn write(TraceRecord entry) {
		byte[] payload = entry.encode();
		return write(entry, () -> this.log.append(this.recordType, payload));
	}

	private Lsn write(TraceRecord entry, Supplier<Lsn> append) {
		Lsn below = this.log.lastLsn();
		this.open.writing(below);
		Lsn lsn;
		try {
			lsn = append.get();
		}
		catch (Throwable ex) {
			this.open.notWritten(below);
			throw ex;
		}
		this.open.written(below, lsn, entry);
		tell((observer) -> observer.written(lsn, entry));
		return lsn;
	}

	<T extends @Nullable Object> T ask(UUID traceId, Function<OpenTrace, T> question) {
		return this.open.ask(traceId, question);
	}

	void nodeRan(@Nullable String name, long nodeId, boolean completed, long nanos) {
		tell((observer) -> observer.nodeRan(name, nodeId, completed, nanos));
	}

	private void tell(Consumer<TraceObserver> call) {
		for (TraceObserver observer : this.observers) {
			try {
				call.accept(observer);
			}
			catch (RuntimeException ex) {
				logger.warn("{} threw", observer.getClass().getName(), ex);
			}
		}
	}

	/**
	 * Return the traces that are open now.
	 * @param limit the number of traces at most
	 * @return their states, the oldest first
	 */
	public List<TraceState> openTraces(int limit) {
		return this.open.first(limit);
	}

	/**
	 * Return one of the traces that are open now.
	 * @param traceId the trace
	 * @return its state, empty if it ended or was never begun
	 */
	public Optional<TraceState> openTrace(UUID traceId) {
		return this.open.find(traceId);
	}

	/**
	 * Return the number of traces that are open now.
	 * @return the number, those that are suspended included
	 */
	public int openCount() {
		return this.open.count();
	}

	/**
	 * Return the number of open traces that wait for something from outside.
	 * @return the number
	 */
	public int suspendedCount() {
		return this.open.suspendedCount();
	}

	/**
	 * Lower an LSN so far that a checkpoint there releases no record that an open trace
	 * needs. The traces of earlier runs must have been recovered or replayed before.
	 * @param lsn up to where nothing else needs the log; at most the durable LSN, which
	 * must have been asked for earlier
	 * @return the LSN, or one before the start of the oldest open trace
	 */
	public Lsn checkpointLimit(Lsn lsn) {
		return this.open.checkpointLimit(lsn);
	}

	/**
	 * Find the traces that did not end, among what is durable now.
	 * @return the recovery, fed with the whole log
	 */
	public TraceRecovery scan() {
		return scan(new TraceRecovery());
	}

	/**
	 * Feed a recovery with what is durable now.
	 * @param recovery the recovery, as with {@link TraceRecovery#withAncestorRule()}
	 * @return the same recovery
	 */
	public TraceRecovery scan(TraceRecovery recovery) {
		Lsn first = this.log.firstLsn();
		if (first.isNone()) {
			return recovery;
		}
		try (WalReader reader = this.log.read(first)) {
			return recovery.read(reader, this.recordType);
		}
	}

	/**
	 * Take a record that an earlier run wrote, so that a log that is replayed for other
	 * reasons need not be read twice. To be called in the order of the log, for all
	 * records above the checkpoint, before any new trace begins.
	 * @param entry a record of the log; one of another type is passed over
	 * @throws TraceFormatException if it has the journal's type and is no trace record
	 */
	public void replay(WalRecord entry) {
		if (entry.type() == this.recordType) {
			this.open.replayed(entry.lsn(), TraceRecord.decode(entry.payload()));
		}
	}

	/**
	 * Let the traces go on that did not end before this process began: read the log, then
	 * do as {@link #recoverReplayed}.
	 * @param handler carries out what has to be done
	 * @return what was done about each
	 * @throws WalException if the log cannot be read or written
	 */
	public TraceRecoveryReport recover(TraceRecoveryHandler handler) {
		Lsn first = this.log.firstLsn();
		if (!first.isNone()) {
			try (WalReader reader = this.log.read(first)) {
				reader.forEach(this::replay);
			}
		}
		return recoverReplayed(handler);
	}

	/**
	 * Let the traces go on that {@link #replay} has found open. To be called once, before
	 * any new trace begins. A trace that cannot be recovered does not stop the others. An
	 * interrupt does, and leaves them for the next time.
	 * @param handler carries out what has to be done
	 * @return what was done about each
	 * @throws WalException if the log cannot be written
	 */
	public TraceRecoveryReport recoverReplayed(TraceRecoveryHandler handler) {
		long records = this.open.records();
		long orphanedRecords = this.open.orphanedRecords();
		List<Outcome> outcomes = new ArrayList<>();
		InterruptedException interrupted = null;
		for (TraceState trace : this.open.replayed()) {
			if (interrupted != null) {
				outcomes.add(new Outcome(trace, RecoveryAction.of(trace), interrupted));
				continue;
			}
			Outcome outcome = recover(trace, handler);
			outcomes.add(outcome);
			if (outcome.failure() instanceof InterruptedException ex) {
				interrupted = ex;
			}
		}
		return new TraceRecoveryReport(outcomes, records, orphanedRecords);
	}

	private Outcome recover(TraceState trace, TraceRecoveryHandler handler) {
		RecoveryAction action = RecoveryAction.of(trace);
		try {
			action = handler.decide(trace, action);
			if (action instanceof Skip skip) {
				failTrace(trace.traceId(), skip.reason());
				return new Outcome(trace, action, null);
			}
			if (!(action instanceof AwaitResume)) {
				resume(trace.traceId());
			}
			handler.recover(trace, action);
			return new Outcome(trace, action, null);
		}
		catch (WalException ex) {
			throw ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Outcome(trace, action, ex);
		}
		catch (Exception ex) {
			return new Outcome(trace, action, ex);
		}
	}

	private Instant now() {
		return this.clock.instant();
	}

}
