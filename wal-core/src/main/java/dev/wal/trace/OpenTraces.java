// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.ArrayList;
import java.util.List;
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
	 * One LSN for each start that is being written, below that which it will get: the log
	 * has it before this does, and a checkpoint in between must not pass it.
	 */
	private final List<Lsn> starting = new ArrayList<>();

	private Lsn replayedTo = Lsn.NONE;

	synchronized void starting(Lsn below) {
		this.starting.add(below);
	}

	synchronized void notStarted(Lsn below) {
		this.starting.remove(below);
	}

	synchronized void started(Lsn below, Lsn lsn, TraceRecord entry) {
		this.traces.accept(lsn, entry);
		this.starting.remove(below);
	}

	synchronized void written(Lsn lsn, TraceRecord entry) {
		this.traces.accept(lsn, entry);
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
		for (Lsn below : this.starting) {
			limit = min(limit, below);
		}
		Lsn oldest = this.traces.oldestNeededLsn();
		return oldest.isNone() ? limit : min(limit, Lsn.of(oldest.value() - 1));
	}

	private static Lsn min(Lsn one, Lsn other) {
		return one.isAfter(other) ? other : one;
	}

}
