// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.trace.TraceState.LoopProgress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TraceRecovery}.
 */
@Tag("R91")
class TraceRecoveryTests {

	private static final UUID TRACE = new UUID(1, 2);

	private static final UUID OTHER = new UUID(3, 4);

	private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

	private TraceRecovery recovery = new TraceRecovery();

	@Test
	void givesTheGoldenResult() {
		for (TraceRecovery golden : new TraceRecovery[] { new TraceRecovery(), TraceRecovery.withAncestorRule() }) {
			GoldenTraces.records("xerv/incomplete/wal_0000000000000000.log").forEach(golden::accept);
			List<TraceState> traces = golden.incompleteTraces()
				.stream()
				.sorted(Comparator.comparing((trace) -> trace.traceId().toString()))
				.toList();
			List<Object> expected = GoldenTraces
				.array(GoldenTraces.json("xerv/incomplete.expected.json").get("incomplete_traces"));
			assertThat(traces).hasSameSizeAs(expected);
			for (int i = 0; i < expected.size(); i++) {
				assertThatStateIs(GoldenTraces.object(expected.get(i)), traces.get(i));
			}
			assertThat(traces.get(1).suspensionMetadata()).isEqualTo("{\"hook_id\":\"h1\"}");
			assertThat(golden.records()).isEqualTo(14);
			assertThat(golden.orphanedRecords()).isEqualTo(1);
		}
	}

	private static void assertThatStateIs(Map<String, Object> expected, TraceState trace) {
		assertThat(trace.traceId()).hasToString((String) expected.get("trace_id"));
		assertThat(trace.lastCompletedNode()).isEqualTo(node(expected.get("last_completed_node")));
		assertThat(trace.suspendedAt()).isEqualTo(node(expected.get("suspended_at")));
		assertThat(List.<Object>copyOf(trace.startedNodes().keySet()))
			.isEqualTo(GoldenTraces.array(expected.get("started_nodes")));
		List<Object> completed = GoldenTraces.array(expected.get("completed_nodes"));
		assertThat(trace.completedNodes()).hasSameSizeAs(completed);
		for (Object json : completed) {
			Map<String, Object> output = GoldenTraces.object(json);
			assertThat(trace.completedNodes()).containsEntry((Long) output.get("node"), new OutputLocation(
					(Long) output.get("offset"), (Long) output.get("size"), (Long) output.get("schema_hash")));
		}
	}

	private static OptionalLong node(Object json) {
		return (json != null) ? OptionalLong.of((Long) json) : OptionalLong.empty();
	}

	@Test
	void startReplacesTheTrace() {
		apply(start(), TraceRecord.nodeStart(TRACE, 1, TIME), start());
		assertThat(trace().startedNodes()).isEmpty();
	}

	@Test
	void nodeStartsAreCounted() {
		apply(start(), TraceRecord.nodeStart(TRACE, 7, TIME), TraceRecord.nodeStart(TRACE, 3, TIME),
				TraceRecord.nodeStart(TRACE, 7, TIME));
		assertThat(trace().startedNodes()).containsExactly(Map.entry(7L, 2L), Map.entry(3L, 1L));
	}

	@Test
	@Tag("R92")
	void nodeDoneRemovesEveryStartAndKeepsTheOutput() {
		OutputLocation output = new OutputLocation(-1, 5, -2);
		apply(start(), TraceRecord.nodeStart(TRACE, 7, TIME), TraceRecord.nodeStart(TRACE, 7, TIME),
				TraceRecord.nodeDone(TRACE, 7, OutputLocation.NONE, TIME), TraceRecord.nodeDone(TRACE, 8, output, TIME),
				TraceRecord.nodeDone(TRACE, 7, output, TIME));
		assertThat(trace().startedNodes()).isEmpty();
		assertThat(trace().lastCompletedNode()).hasValue(7);
		assertThat(trace().completedNodes()).containsExactly(Map.entry(7L, output), Map.entry(8L, output));
	}

	@Test
	void endsRemoveTheTrace() {
		apply(start(), TraceRecord.traceStart(OTHER, TIME), TraceRecord.traceComplete(TRACE, TIME),
				TraceRecord.traceFailed(OTHER, "x", TIME));
		assertThat(this.recovery.incompleteTraces()).isEmpty();
	}

	@Test
	@Tag("R92")
	void suspensionIsSetAndClearedWithItsMetadata() {
		apply(start(), TraceRecord.nodeStart(TRACE, 4, TIME), TraceRecord.traceSuspended(TRACE, 4, "hook", TIME));
		assertThat(trace().suspendedAt()).hasValue(4);
		assertThat(trace().suspensionMetadata()).isEqualTo("hook");
		assertThat(trace().startedNodes()).containsKey(4L);
		apply(TraceRecord.traceResumed(TRACE, TIME));
		assertThat(trace().isSuspended()).isFalse();
		assertThat(trace().suspensionMetadata()).isNull();
		assertThat(trace().startedNodes()).containsKey(4L);
	}

	@Test
	void nodeErrorEndsTheRunAndIsExposed() {
		apply(start(), TraceRecord.nodeStart(TRACE, 4, TIME),
				TraceRecord.nodeError(TRACE, 4, "why", TIME).withMetadata("more"));
		assertThat(trace().startedNodes()).isEmpty();
		assertThat(trace().failedNodes().get(4L).error()).isEqualTo("why");
		assertThat(trace().failedNodes().get(4L).metadata()).isEqualTo("more");
		apply(TraceRecord.nodeStart(TRACE, 4, TIME));
		assertThat(trace().failedNodes()).isEmpty();
		assertThat(trace().startedNodes()).containsKey(4L);
	}

	@Test
	void nodeErrorLeavesTheNodeStartedByTheRuleOfTheAncestor() {
		this.recovery = TraceRecovery.withAncestorRule();
		apply(start(), TraceRecord.nodeStart(TRACE, 4, TIME), TraceRecord.nodeError(TRACE, 4, "why", TIME));
		assertThat(trace().startedNodes()).containsKey(4L);
		assertThat(trace().failedNodes()).containsKey(4L);
	}

	@Test
	void loopsAreKeptAndCheckpointsDoNothing() {
		apply(start(), TraceRecord.loopIteration(TRACE, 5, 0, TIME), TraceRecord.loopIteration(TRACE, 5, 1, TIME),
				TraceRecord.checkpoint("x", TIME), TraceRecord.loopIteration(TRACE, 6, 9, TIME),
				TraceRecord.loopExit(TRACE, 5, 2, TIME));
		assertThat(trace().loops()).containsExactly(Map.entry(5L, new LoopProgress(2, true)),
				Map.entry(6L, new LoopProgress(9, false)));
		assertThat(trace().lastCompletedNode()).isEmpty();
	}

	@Test
	void recordsWithoutAStartAreIgnoredAndCounted() {
		apply(TraceRecord.nodeStart(TRACE, 1, TIME), TraceRecord.traceComplete(TRACE, TIME));
		assertThat(this.recovery.incompleteTraces()).isEmpty();
		assertThat(this.recovery.orphanedRecords()).isEqualTo(2);
	}

	@Test
	void knowsTheOldestLsnItNeeds() {
		assertThat(this.recovery.oldestNeededLsn()).isEqualTo(Lsn.NONE);
		this.recovery.accept(Lsn.of(5), start());
		this.recovery.accept(Lsn.of(6), TraceRecord.traceStart(OTHER, TIME));
		assertThat(this.recovery.oldestNeededLsn()).isEqualTo(Lsn.of(5));
		this.recovery.accept(Lsn.of(7), TraceRecord.traceComplete(TRACE, TIME));
		assertThat(this.recovery.oldestNeededLsn()).isEqualTo(Lsn.of(6));
	}

	/**
	 * A trace that loops for ever stays as small as its number of nodes.
	 */
	@Test
	void memoryDoesNotGrowWithTheRecords() {
		apply(start());
		for (int i = 0; i < 200_000; i++) {
			apply(TraceRecord.loopIteration(TRACE, 1, i, TIME), TraceRecord.nodeStart(TRACE, 2, TIME),
					TraceRecord.nodeError(TRACE, 2, "again", TIME), TraceRecord.nodeStart(TRACE, 3, TIME));
		}
		assertThat(trace().startedNodes()).containsExactly(Map.entry(3L, 200_000L));
		assertThat(trace().loops()).hasSize(1);
	}

	private static TraceRecord start() {
		return TraceRecord.traceStart(TRACE, TIME);
	}

	private void apply(TraceRecord... entries) {
		for (TraceRecord entry : entries) {
			this.recovery.accept(entry);
		}
	}

	private TraceState trace() {
		return this.recovery.incompleteTrace(TRACE).orElseThrow();
	}

}
