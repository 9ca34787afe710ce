// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.trace.TraceState.LoopProgress;
import dev.wal.trace.TraceState.NodeFailure;
import org.jspecify.annotations.Nullable;

/**
 * What recovery keeps of a trace that has not ended: one entry for each of its nodes at
 * the most, however many records it has.
 */
final class OpenTrace {

	private final UUID traceId;

	private final Lsn firstLsn;

	private final @Nullable String startMetadata;

	private final long startNanos;

	private final Map<Long, Long> started = new LinkedHashMap<>();

	private final Map<Long, OutputLocation> completed = new LinkedHashMap<>();

	private final Map<Long, NodeFailure> failed = new LinkedHashMap<>();

	private final Map<Long, LoopProgress> loops = new LinkedHashMap<>();

	private OptionalLong lastCompleted = OptionalLong.empty();

	private OptionalLong suspendedAt = OptionalLong.empty();

	private @Nullable String suspensionMetadata;

	/** Of the last suspension or resumption, which come from different threads. */
	private Lsn suspensionLsn = Lsn.NONE;

	OpenTrace(Lsn lsn, TraceRecord start) {
		this.traceId = start.traceId();
		this.firstLsn = lsn;
		this.startMetadata = start.metadata();
		this.startNanos = start.timestampNanos();
	}

	Lsn firstLsn() {
		return this.firstLsn;
	}

	@Nullable String name() {
		return TraceName.of(this.startMetadata);
	}

	boolean isSuspended() {
		return this.suspendedAt.isPresent();
	}

	@Nullable OutputLocation completed(long node) {
		return this.completed.get(node);
	}

	@Nullable LoopProgress loop(long node) {
		return this.loops.get(node);
	}

	void apply(Lsn lsn, TraceRecord entry, boolean errorEndsNode) {
		long node = entry.nodeId();
		switch (entry.type()) {
			case NODE_START -> {
				this.started.merge(node, 1L, Long::sum);
				this.failed.remove(node);
			}
			case NODE_DONE -> {
				this.started.remove(node);
				this.failed.remove(node);
				this.completed.put(node, entry.output());
				this.lastCompleted = OptionalLong.of(node);
			}
			case NODE_ERROR -> {
				this.failed.remove(node);
				this.failed.put(node, new NodeFailure(entry.error(), entry.metadata(), entry.timestampNanos()));
				if (errorEndsNode) {
					this.started.remove(node);
				}
			}
			case TRACE_SUSPENDED -> suspend(lsn, OptionalLong.of(node), entry.metadata());
			case TRACE_RESUMED -> suspend(lsn, OptionalLong.empty(), null);
			case LOOP_ITERATION -> this.loops.put(node, new LoopProgress(entry.iteration(), false));
			case LOOP_EXIT -> this.loops.put(node, new LoopProgress(entry.iteration(), true));
			default -> {
				// Starts and ends of traces are the recovery's, a checkpoint is nobody's.
			}
		}
	}

	private void suspend(Lsn lsn, OptionalLong node, @Nullable String metadata) {
		if (!this.suspensionLsn.isAfter(lsn)) {
			this.suspensionLsn = lsn;
			this.suspendedAt = node;
			this.suspensionMetadata = metadata;
		}
	}

	TraceState state() {
		return new TraceState(this.traceId, this.firstLsn, this.startMetadata, this.startNanos, this.lastCompleted,
				this.suspendedAt, this.suspensionMetadata, this.started, this.completed, this.failed, this.loops);
	}

}
