// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.actuate.endpoint;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

import dev.wal.spring.workflow.WalTraceRecovery;
import dev.wal.trace.OutputLocation;
import dev.wal.trace.RecoveryAction.Skip;
import dev.wal.trace.TraceJournal;
import dev.wal.trace.TraceRecoveryReport;
import dev.wal.trace.TraceRecoveryReport.Outcome;
import dev.wal.trace.TraceState;
import dev.wal.trace.TraceState.LoopProgress;
import dev.wal.trace.TraceState.NodeFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint @Endpoint} that shows the open traces, and what the start did with the
 * open traces of earlier runs. Shows no data, metadata or failure message of a trace.
 * Does not read or open the log.
 */
@Endpoint(id = "waltraces", defaultAccess = Access.READ_ONLY)
public class WalTracesEndpoint {

	private static final int DEFAULT_LIMIT = 100;

	/** The largest number of traces in a list, and of nodes of a trace. */
	private static final int MAX_LIMIT = 1000;

	private final TraceJournal journal;

	private final @Nullable WalTraceRecovery recovery;

	private final Clock clock;

	/**
	 * Create an endpoint.
	 * @param journal the journal
	 * @param recovery the recovery of the traces of earlier runs, or {@code null} if
	 * there is none
	 * @param clock the clock for the ages
	 */
	public WalTracesEndpoint(TraceJournal journal, @Nullable WalTraceRecovery recovery, Clock clock) {
		this.journal = journal;
		this.recovery = recovery;
		this.clock = clock;
	}

	/**
	 * Describe the open traces.
	 * @param limit the largest number of traces, from 1 to 1000; 100 if not set
	 * @return the oldest traces, and the recovery
	 */
	@ReadOperation
	public TracesDescriptor traces(@Nullable Integer limit) {
		Instant now = this.clock.instant();
		int bound = Math.max(1, Math.min(MAX_LIMIT, (limit != null) ? limit : DEFAULT_LIMIT));
		TraceRecoveryReport report = (this.recovery != null) ? this.recovery.report() : null;
		return new TracesDescriptor(this.journal.openCount(), this.journal.suspendedCount(),
				this.journal.openTraces(bound).stream().map((trace) -> SummaryDescriptor.of(trace, now)).toList(),
				(report != null) ? RecoveryDescriptor.of(report) : null);
	}

	/**
	 * Describe one open trace.
	 * @param id the trace
	 * @return the trace, or {@code null} if it has ended or never started
	 */
	@ReadOperation
	public @Nullable TraceDescriptor trace(@Selector UUID id) {
		return this.journal.openTrace(id).map((trace) -> TraceDescriptor.of(trace, this.clock.instant())).orElse(null);
	}

	private static String ageOf(TraceState trace, Instant now) {
		Duration age = Duration.between(trace.startedAt(), now);
		return (age.isNegative() ? Duration.ZERO : age).toString();
	}

	private static State stateOf(TraceState trace) {
		return trace.isSuspended() ? State.SUSPENDED : State.RUNNING;
	}

	private static @Nullable Long orNull(OptionalLong node) {
		return node.isPresent() ? node.getAsLong() : null;
	}

	private static <V, D> List<D> describe(Map<Long, V> nodes, Function<Map.Entry<Long, V>, D> description) {
		return nodes.entrySet().stream().limit(MAX_LIMIT).map(description).toList();
	}

	/**
	 * The states of an open trace.
	 */
	public enum State {

		/**
		 * It runs now, or will run.
		 */
		RUNNING,

		/**
		 * It waits for an external event.
		 */
		SUSPENDED

	}

	/**
	 * Description of the open traces.
	 *
	 * @param incomplete the number of open traces
	 * @param suspended the number of them that wait for an external event
	 * @param traces the oldest open traces
	 * @param recovery what the start did with the traces of earlier runs, once it has
	 * finished
	 */
	public record TracesDescriptor(int incomplete, int suspended, List<SummaryDescriptor> traces,
			@Nullable RecoveryDescriptor recovery) implements OperationResponseBody {
	}

	/**
	 * Description of a trace in a list.
	 *
	 * @param id the trace
	 * @param name the name of the trace
	 * @param state whether it waits
	 * @param startedAt when it started
	 * @param age the time since then
	 * @param firstLsn the LSN of its first record
	 * @param lastCompletedNode the node that completed last
	 * @param suspendedAt the node at which it waits
	 * @param startedNodes the nodes that started and did not end
	 */
	public record SummaryDescriptor(String id, @Nullable String name, State state, String startedAt, String age,
			long firstLsn, @Nullable Long lastCompletedNode, @Nullable Long suspendedAt, List<Long> startedNodes) {

		static SummaryDescriptor of(TraceState trace, Instant now) {
			return new SummaryDescriptor(trace.traceId().toString(), trace.name(), stateOf(trace),
					trace.startedAt().toString(), ageOf(trace, now), trace.firstLsn().value(),
					orNull(trace.lastCompletedNode()), orNull(trace.suspendedAt()),
					describe(trace.startedNodes(), Map.Entry::getKey));
		}

	}

	/**
	 * Description of a trace and its nodes, at most 1000 of each kind.
	 *
	 * @param id the trace
	 * @param name the name of the trace
	 * @param state whether it waits
	 * @param startedAt when it started
	 * @param age the time since then
	 * @param firstLsn the LSN of its first record
	 * @param lastCompletedNode the node that completed last
	 * @param suspendedAt the node at which it waits
	 * @param startedNodes the nodes that started and did not end
	 * @param completedCount the number of nodes that completed
	 * @param completedNodes the nodes that completed, and where their outputs are
	 * @param failedNodes the nodes whose last run failed
	 * @param loops the nodes with loops
	 */
	public record TraceDescriptor(String id, @Nullable String name, State state, String startedAt, String age,
			long firstLsn, @Nullable Long lastCompletedNode, @Nullable Long suspendedAt,
			List<StartedDescriptor> startedNodes, int completedCount, List<CompletedDescriptor> completedNodes,
			List<FailedDescriptor> failedNodes, List<LoopDescriptor> loops) implements OperationResponseBody {

		static TraceDescriptor of(TraceState trace, Instant now) {
			return new TraceDescriptor(trace.traceId().toString(), trace.name(), stateOf(trace),
					trace.startedAt().toString(), ageOf(trace, now), trace.firstLsn().value(),
					orNull(trace.lastCompletedNode()), orNull(trace.suspendedAt()),
					describe(trace.startedNodes(), (node) -> new StartedDescriptor(node.getKey(), node.getValue())),
					trace.completedNodes().size(),
					describe(trace.completedNodes(), (node) -> CompletedDescriptor.of(node.getKey(), node.getValue())),
					describe(trace.failedNodes(), (node) -> FailedDescriptor.of(node.getKey(), node.getValue())),
					describe(trace.loops(), (node) -> LoopDescriptor.of(node.getKey(), node.getValue())));
		}

	}

	/**
	 * Description of a node that started and did not end.
	 *
	 * @param node the node
	 * @param times the number of starts since it last ended
	 */
	public record StartedDescriptor(long node, long times) {
	}

	/**
	 * Description of a node that completed.
	 *
	 * @param node the node
	 * @param offset the offset of its output, unsigned
	 * @param size the size of its output in bytes
	 * @param schemaHash the hash of the schema of its output, in hexadecimal
	 */
	public record CompletedDescriptor(long node, String offset, long size, String schemaHash) {

		static CompletedDescriptor of(long node, OutputLocation output) {
			return new CompletedDescriptor(node, Long.toUnsignedString(output.offset()), output.size(),
					HexFormat.of().toHexDigits(output.schemaHash()));
		}

	}

	/**
	 * Description of a node whose last run failed.
	 *
	 * @param node the node
	 * @param failedAt when it failed
	 */
	public record FailedDescriptor(long node, String failedAt) {

		static FailedDescriptor of(long node, NodeFailure failure) {
			return new FailedDescriptor(node, failure.timestamp().toString());
		}

	}

	/**
	 * Description of a loop.
	 *
	 * @param node the node of the loop
	 * @param iteration the last iteration that started, or the number of iterations after
	 * the exit
	 * @param exited whether the loop has ended
	 */
	public record LoopDescriptor(long node, long iteration, boolean exited) {

		static LoopDescriptor of(long node, LoopProgress loop) {
			return new LoopDescriptor(node, loop.iteration(), loop.exited());
		}

	}

	/**
	 * Description of what the start did with the traces of earlier runs.
	 *
	 * @param records the number of trace records that were read
	 * @param orphanedRecords the number of them that belong to a trace whose start was
	 * not read
	 * @param recovered the number of traces that continue
	 * @param awaiting the number of traces that wait
	 * @param skipped the number of traces that were given up
	 * @param failed the number of traces that could not be recovered
	 * @param problems the traces that were given up or could not be recovered, at most
	 * 100
	 */
	public record RecoveryDescriptor(long records, long orphanedRecords, int recovered, int awaiting, int skipped,
			int failed, List<ProblemDescriptor> problems) {

		static RecoveryDescriptor of(TraceRecoveryReport report) {
			return new RecoveryDescriptor(report.records(), report.orphanedRecords(), report.recovered().size(),
					report.awaiting().size(), report.skipped().size(), report.failed().size(),
					report.outcomes()
						.stream()
						.filter((outcome) -> outcome.failure() != null || outcome.action() instanceof Skip)
						.limit(DEFAULT_LIMIT)
						.map(ProblemDescriptor::of)
						.toList());
		}

	}

	/**
	 * Description of a trace that was given up or could not be recovered.
	 *
	 * @param id the trace
	 * @param action the action that was planned
	 * @param reason why it was given up
	 * @param failure the class of the exception of its recovery
	 */
	public record ProblemDescriptor(String id, String action, @Nullable String reason, @Nullable String failure) {

		static ProblemDescriptor of(Outcome outcome) {
			return new ProblemDescriptor(outcome.trace().traceId().toString(),
					outcome.action().getClass().getSimpleName(),
					(outcome.action() instanceof Skip skip) ? skip.reason() : null,
					(outcome.failure() != null) ? outcome.failure().getClass().getName() : null);
		}

	}

}
