// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

import dev.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Where a trace that has not ended stands. Immutable.
 *
 * @param traceId the trace
 * @param firstLsn the LSN of the record that began it, which a checkpoint must stay
 * below; {@link Lsn#NONE} if it does not come from a log of this project
 * @param startMetadata the metadata that it was begun with, or {@code null}
 * @param startNanos when it began, in nanoseconds since the epoch, 64 bits unsigned
 * @param lastCompletedNode the node that completed last
 * @param suspendedAt the node at which it waits; empty unless it does
 * @param suspensionMetadata the metadata of that, or {@code null}
 * @param startedNodes the nodes that began and did not end, in the order in which they
 * first did, each with how often it was begun since
 * @param completedNodes the nodes that completed, in the order in which they first did,
 * each with its last output
 * @param failedNodes the nodes whose last run failed, in the order of the failures
 * @param loops the nodes with loops, in the order in which those began
 */
public record TraceState(UUID traceId, Lsn firstLsn, @Nullable String startMetadata, long startNanos,
		OptionalLong lastCompletedNode, OptionalLong suspendedAt, @Nullable String suspensionMetadata,
		Map<Long, Long> startedNodes, Map<Long, OutputLocation> completedNodes, Map<Long, NodeFailure> failedNodes,
		Map<Long, LoopProgress> loops) {

	/**
	 * Create a state.
	 * @param traceId the trace
	 * @param firstLsn the LSN of the record that began it, which a checkpoint must stay
	 * below; {@link Lsn#NONE} if it does not come from a log of this project
	 * @param startMetadata the metadata that it was begun with, or {@code null}
	 * @param startNanos when it began, in nanoseconds since the epoch, 64 bits unsigned
	 * @param lastCompletedNode the node that completed last
	 * @param suspendedAt the node at which it waits; empty unless it does
	 * @param suspensionMetadata the metadata of that, or {@code null}
	 * @param startedNodes the nodes that began and did not end, in the order in which
	 * they first did, each with how often it was begun since
	 * @param completedNodes the nodes that completed, in the order in which they first
	 * did, each with its last output
	 * @param failedNodes the nodes whose last run failed, in the order of the failures
	 * @param loops the nodes with loops, in the order in which those began
	 */
	public TraceState {
		startedNodes = copy(startedNodes);
		completedNodes = copy(completedNodes);
		failedNodes = copy(failedNodes);
		loops = copy(loops);
	}

	/**
	 * {@link Map#copyOf} would lose the order.
	 */
	private static <V> Map<Long, V> copy(Map<Long, V> map) {
		return Collections.unmodifiableMap(new LinkedHashMap<>(map));
	}

	/**
	 * Return what the trace is called, if it was begun with {@link TraceJournal#begin}.
	 * @return the name, or {@code null}
	 */
	public @Nullable String name() {
		return TraceName.of(this.startMetadata);
	}

	/**
	 * Return what the trace was begun with beside its name.
	 * @return the data, or {@code null}; the whole metadata if there is no name
	 */
	public @Nullable String data() {
		return TraceName.dataOf(this.startMetadata);
	}

	/**
	 * Return when the trace began, by the clock of who wrote that.
	 * @return the timestamp
	 */
	public Instant startedAt() {
		return TraceRecord.instant(this.startNanos);
	}

	/**
	 * Return whether the trace waits for something from outside.
	 * @return {@code true} between its suspension and its resumption
	 */
	public boolean isSuspended() {
		return this.suspendedAt.isPresent();
	}

	/**
	 * Return where the trace stands, without its texts.
	 */
	@Override
	public String toString() {
		return "TraceState[" + this.traceId + ", last completed " + text(this.lastCompletedNode) + ", suspended at "
				+ text(this.suspendedAt) + ", started " + this.startedNodes.keySet() + "]";
	}

	private static String text(OptionalLong node) {
		return node.isPresent() ? Long.toString(node.getAsLong()) : "none";
	}

	/**
	 * Why a run of a node failed.
	 *
	 * @param error the reason, or {@code null}
	 * @param metadata anything about it, or {@code null}
	 * @param timestampNanos when, in nanoseconds since the epoch, 64 bits unsigned
	 */
	public record NodeFailure(@Nullable String error, @Nullable String metadata, long timestampNanos) {

		/**
		 * Return when the run failed.
		 * @return the timestamp
		 */
		public Instant timestamp() {
			return TraceRecord.instant(this.timestampNanos);
		}

	}

	/**
	 * How far a loop has come.
	 *
	 * @param iteration the last iteration that began, or the number given at the exit
	 * @param exited whether the loop has ended
	 */
	public record LoopProgress(long iteration, boolean exited) {
	}

}
