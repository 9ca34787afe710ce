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
 * {@link Endpoint @Endpoint} to see the traces that did not end, and what the start did
 * about those of earlier runs. Shows no data, metadata or message of a failure, and
 * neither reads nor opens the log.
 */
@Endpoint(id = "waltraces", defaultAccess = Access.READ_ONLY)
public class WalTracesEndpoint {

	private static final int DEFAULT_LIMIT = 100;

	/** Of traces in a list, and of nodes of a trace. */
	private static final int MAX_LIMIT = 1000;

	private final TraceJournal journal;

	private final @Nullable WalTraceRecovery recovery;

	private final Clock clock;

	/**
	 * Create an endpoint.
	 * @param journal the journal
	 * @param recovery the recovery of the traces of earlier runs, if there is one
	 * @param clock what ages are measured by
	 */
	public WalTracesEndpoint(TraceJournal journal, @Nullable WalTraceRecovery recovery, Clock clock) {
		this.journal = journal;
		this.recovery = recovery;
		this.clock = clock;
	}

	/**
	 * Describe the traces that are open.
	 * @param limit the number of traces at most, from 1 to 1000, 100 if it is not given
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
	 * Describe one trace that is open.
	 * @param id the trace
	 * @return the trace, or {@code null} if it ended or was never begun
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
	 * The states of a trace that did not end.
	 */
	public enum State {

		/**
		 * It is being run, or will be.
		 */
		RUNNING,

		/**
		 * It waits for something from outside.
		 */
		SUSPENDED

	}

	/**
	 * Description of the traces that are open.
	 *
	 * @param incomplete the number of them
	 * @param suspended how many of them wait for something from outside
	 * @param traces the oldest of them
	 * @param recovery what the start did about those of earlier runs, once it is through
	 */
	public record TracesDescriptor(int incomplete, int suspended, List<SummaryDescriptor> traces,
			@Nullable RecoveryDescriptor recovery) implements OperationResponseBody {
	}

	/**
	 * Description of a trace in a list.
	 *
	 * @param id the trace
	 * @param name what it is called
	 * @param state whether it waits
	 * @param startedAt when it began
	 * @param age how long ago that was
	 * @param firstLsn where it begins in the log
	 * @param lastCompletedNode the node that completed last
	 * @param suspendedAt the node at which it waits
	 * @param startedNodes the nodes that began and did not end
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
	 * Description of a trace with its nodes, 1000 of each kind at most.
	 *
	 * @param id the trace
	 * @param name what it is called
	 * @param state whether it waits
	 * @param startedAt when it began
	 * @param age how long ago that was
	 * @param firstLsn where it begins in the log
	 * @param lastCompletedNode the node that completed last
	 * @param suspendedAt the node at which it waits
	 * @param startedNodes the nodes that began and did not end
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
	 * Description of a node that began and did not end.
	 *
	 * @param node the node
	 * @param times how often it began since it last ended
	 */
	public record StartedDescriptor(long node, long times) {
	}

	/**
	 * Description of a node that completed.
	 *
	 * @param node the node
	 * @param offset where its output is, unsigned
	 * @param size the bytes of its output
	 * @param schemaHash what the output looks like, in hexadecimal
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
	 * @param failedAt when
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
	 * @param iteration the last iteration that began, or their number at the exit
	 * @param exited whether the loop has ended
	 */
	public record LoopDescriptor(long node, long iteration, boolean exited) {

		static LoopDescriptor of(long node, LoopProgress loop) {
			return new LoopDescriptor(node, loop.iteration(), loop.exited());
		}

	}

	/**
	 * Description of what the start did about the traces of earlier runs.
	 *
	 * @param records the number of trace records that were read
	 * @param orphanedRecords how many of them belong to no trace whose start was read
	 * @param recovered the number of traces that went on
	 * @param awaiting the number of traces that wait
	 * @param skipped the number of traces that were given up
	 * @param failed the number of traces that could not be recovered
	 * @param problems traces that were given up or could not be recovered, 100 at most
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
	 * @param action what was to be done
	 * @param reason why it was given up
	 * @param failure the class of what its recovery threw
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
