package dev.wal.trace;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalReader;
import dev.wal.WriteAheadLog;
import dev.wal.trace.RecoveryAction.AwaitResume;
import dev.wal.trace.RecoveryAction.Skip;
import dev.wal.trace.TraceRecoveryReport.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Writes what happens to traces into a log, beside whatever else is in it. A method
 * returns as an append of the log does: under its default policy, when the record is on
 * the disk. All of them throw what {@link WriteAheadLog} says of appends.
 * <p>
 * The journal does not judge what it is told: that a node is completed only after it was
 * started is up to the caller, and {@link TraceRecovery} says what any order of records
 * means. Thread-safe.
 */
public final class TraceJournal {

	/**
	 * The type that trace records have in the log unless another is chosen.
	 */
	public static final int RECORD_TYPE = 252;

	private final WriteAheadLog log;

	private final int recordType;

	private final Clock clock;

	/**
	 * Create a journal on a log, with records of type {@link #RECORD_TYPE}.
	 * @param log the log
	 */
	public TraceJournal(WriteAheadLog log) {
		this(log, RECORD_TYPE, Clock.systemUTC());
	}

	/**
	 * Create a journal on a log.
	 * @param log the log
	 * @param recordType the type of its records in the log, from 0 to 255, which nothing
	 * else there may use
	 * @param clock the source of timestamps
	 */
	public TraceJournal(WriteAheadLog log, int recordType, Clock clock) {
		if (recordType < 0 || recordType > 255) {
			throw new IllegalArgumentException("The record type " + recordType + " is not from 0 to 255");
		}
		this.log = Objects.requireNonNull(log, "log must not be null");
		this.recordType = recordType;
		this.clock = Objects.requireNonNull(clock, "clock must not be null");
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
	 * {@link WriteAheadLog#checkpoint(Lsn)}, and {@link TraceRecovery#oldestNeededLsn()}
	 * for how far it may go.
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
		return this.log.append(this.recordType, entry.encode());
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
	 * Let the traces go on that did not end before this process began. To be called once,
	 * before any new trace begins. One trace that cannot be recovered does not keep the
	 * others from it; an interrupt does, and leaves them for the next time.
	 * @param handler carries out what has to be done
	 * @return what was done about each
	 * @throws WalException if the log cannot be read or written
	 */
	public TraceRecoveryReport recover(TraceRecoveryHandler handler) {
		TraceRecovery recovery = scan();
		List<Outcome> outcomes = new ArrayList<>();
		InterruptedException interrupted = null;
		for (TraceState trace : recovery.incompleteTraces()) {
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
		return new TraceRecoveryReport(outcomes, recovery.records(), recovery.orphanedRecords());
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
