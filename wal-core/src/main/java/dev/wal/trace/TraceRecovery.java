// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * Finds the traces that did not end. It is fed record after record and keeps only what
 * {@link TraceState} shows of the traces that are open: its memory does not grow with the
 * log.
 * <p>
 * The rules: the start of a trace begins it, anew if it was already there; its completion
 * or failure removes it; the start of a node counts it as started; its completion ends
 * that, keeps its output, and makes it the last completed one; a suspension and a
 * resumption set and clear where the trace waits, and touch nothing else; loops and
 * failures of nodes are kept; a checkpoint does nothing. Records of a trace whose start
 * was not seen are counted and otherwise ignored. Not thread-safe.
 */
public final class TraceRecovery {

	private final boolean errorEndsNode;

	private final Map<UUID, OpenTrace> traces = new LinkedHashMap<>();

	private long records;

	private long orphans;

	private int suspended;

	/**
	 * Create a recovery under which a failed run ends: the node is among
	 * {@link TraceState#failedNodes()}, and no longer among
	 * {@link TraceState#startedNodes()}.
	 */
	public TraceRecovery() {
		this(true);
	}

	private TraceRecovery(boolean errorEndsNode) {
		this.errorEndsNode = errorEndsNode;
	}

	/**
	 * Create a recovery with the rule of xerv: a failed run leaves the node among the
	 * started ones, as if it were still running.
	 * @return a recovery
	 */
	public static TraceRecovery withAncestorRule() {
		return new TraceRecovery(false);
	}

	/**
	 * Apply all trace records of a log, up to its end.
	 * @param reader a reader of the log; it stays open
	 * @param recordType the type that the trace records have in the log; other records
	 * are passed over
	 * @return this recovery
	 * @throws TraceFormatException if a record of that type is no trace record
	 */
	public TraceRecovery read(WalReader reader, int recordType) {
		for (WalRecord entry : reader) {
			if (entry.type() == recordType) {
				accept(entry.lsn(), TraceRecord.decode(entry.payload()));
			}
		}
		return this;
	}

	/**
	 * Apply the next record, from any source.
	 * @param entry the record
	 */
	public void accept(TraceRecord entry) {
		accept(Lsn.NONE, entry);
	}

	/**
	 * Apply the next record of a log.
	 * @param lsn its LSN
	 * @param entry the record
	 */
	public void accept(Lsn lsn, TraceRecord entry) {
		this.records++;
		switch (entry.type()) {
			case TRACE_START -> {
				remove(entry.traceId());
				this.traces.put(entry.traceId(), new OpenTrace(lsn, entry));
			}
			case TRACE_COMPLETE, TRACE_FAILED -> {
				if (remove(entry.traceId()) == null) {
					this.orphans++;
				}
			}
			case CHECKPOINT -> {
				// Belongs to no trace.
			}
			default -> {
				OpenTrace trace = this.traces.get(entry.traceId());
				if (trace != null) {
					this.suspended -= trace.isSuspended() ? 1 : 0;
					trace.apply(lsn, entry, this.errorEndsNode);
					this.suspended += trace.isSuspended() ? 1 : 0;
				}
				else {
					this.orphans++;
				}
			}
		}
	}

	private @Nullable OpenTrace remove(UUID traceId) {
		OpenTrace trace = this.traces.remove(traceId);
		if (trace != null && trace.isSuspended()) {
			this.suspended--;
		}
		return trace;
	}

	@Nullable OpenTrace open(UUID traceId) {
		return this.traces.get(traceId);
	}

	Stream<OpenTrace> open() {
		return this.traces.values().stream();
	}

	/**
	 * Return the traces that did not end so far.
	 * @return their states, in the order in which they began
	 */
	public List<TraceState> incompleteTraces() {
		return this.traces.values().stream().map(OpenTrace::state).toList();
	}

	/**
	 * Return one of the traces that did not end so far.
	 * @param traceId the trace
	 * @return its state, empty if it ended or was never begun
	 */
	public Optional<TraceState> incompleteTrace(UUID traceId) {
		return Optional.ofNullable(this.traces.get(traceId)).map(OpenTrace::state);
	}

	/**
	 * Return the number of traces that did not end so far.
	 * @return the number of {@link #incompleteTraces()}
	 */
	public int incompleteCount() {
		return this.traces.size();
	}

	/**
	 * Return the number of traces that wait for something from outside.
	 * @return how many of {@link #incompleteTraces()} are suspended
	 */
	public int suspendedCount() {
		return this.suspended;
	}

	/**
	 * Return where the oldest trace that did not end began. A checkpoint at or above this
	 * LSN would release records that its recovery needs.
	 * @return the LSN, or {@link Lsn#NONE} if there is no such trace
	 */
	public Lsn oldestNeededLsn() {
		return this.traces.values().stream().map(OpenTrace::firstLsn).min(Lsn::compareTo).orElse(Lsn.NONE);
	}

	/**
	 * Return the number of records that were applied.
	 * @return all trace records, of every type
	 */
	public long records() {
		return this.records;
	}

	/**
	 * Return the number of records that belong to a trace whose start was not seen, or
	 * that had already ended.
	 * @return the number of records that were ignored
	 */
	public long orphanedRecords() {
		return this.orphans;
	}

}
