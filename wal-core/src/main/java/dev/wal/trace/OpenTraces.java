// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import dev.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * The traces that are open now, kept up to date by the journal as it writes. Thread-safe;
 * its lock is held for no I/O.
 */
final class OpenTraces {

	private final TraceRecovery traces = new TraceRecovery();

	/**
	 * One LSN for each record that is being written, below that which it will get: the
	 * log has it before this does, and a checkpoint in between must not pass a start.
	 */
	private final List<Lsn> writing = new ArrayList<>();

	/** Where traces ended, as long as an older record of them may yet come. */
	private final Map<UUID, Lsn> ended = new HashMap<>();

	private Lsn replayedTo = Lsn.NONE;

	synchronized void writing(Lsn below) {
		this.writing.add(below);
	}

	synchronized void notWritten(Lsn below) {
		this.writing.remove(below);
	}

	/**
	 * Apply a record. Threads come here in any order, but what the log says last counts.
	 */
	synchronized void written(Lsn below, Lsn lsn, TraceRecord entry) {
		this.writing.remove(below);
		if (!isOvertaken(lsn, entry.traceId())) {
			this.traces.accept(lsn, entry);
			if (entry.type() == TraceRecordType.TRACE_COMPLETE || entry.type() == TraceRecordType.TRACE_FAILED) {
				this.ended.put(entry.traceId(), lsn);
			}
		}
		this.ended.values().removeIf((end) -> this.writing.stream().noneMatch(end::isAfter));
	}

	/**
	 * Return whether a trace began anew, or ended, after a record that comes only now.
	 */
	private boolean isOvertaken(Lsn lsn, UUID traceId) {
		OpenTrace trace = this.traces.open(traceId);
		Lsn last = (trace != null) ? trace.firstLsn() : this.ended.getOrDefault(traceId, Lsn.NONE);
		return last.isAfter(lsn);
	}

	synchronized void replayed(Lsn lsn, TraceRecord entry) {
		this.traces.accept(lsn, entry);
		this.replayedTo = lsn;
	}

	/**
	 * Return those that earlier runs have left.
	 */
	synchronized List<TraceState> replayed() {
		return this.traces.open()
			.filter((trace) -> !trace.firstLsn().isAfter(this.replayedTo))
			.map(OpenTrace::state)
			.toList();
	}

	synchronized List<TraceState> first(int limit) {
		return this.traces.open().limit(limit).map(OpenTrace::state).toList();
	}

	synchronized Optional<TraceState> find(UUID traceId) {
		return this.traces.incompleteTrace(traceId);
	}

	/**
	 * Ask an open trace.
	 * @throws IllegalStateException if it is not open
	 */
	synchronized <T extends @Nullable Object> T ask(UUID traceId, Function<OpenTrace, T> question) {
		OpenTrace trace = this.traces.open(traceId);
		if (trace == null) {
			throw new IllegalStateException("The trace " + traceId + " has ended, or it was never begun");
		}
		return question.apply(trace);
	}

	synchronized int count() {
		return this.traces.incompleteCount();
	}

	synchronized int suspendedCount() {
		return this.traces.suspendedCount();
	}

	synchronized long records() {
		return this.traces.records();
	}

	synchronized long orphanedRecords() {
		return this.traces.orphanedRecords();
	}

	synchronized Lsn checkpointLimit(Lsn lsn) {
		Lsn limit = lsn;
		for (Lsn below : this.writing) {
			limit = min(limit, below);
		}
		Lsn oldest = this.traces.oldestNeededLsn();
		return oldest.isNone() ? limit : min(limit, Lsn.of(oldest.value() - 1));
	}

	private static Lsn min(Lsn one, Lsn other) {
		return one.isAfter(other) ? other : one;
	}

}
