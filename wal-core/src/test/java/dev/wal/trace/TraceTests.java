// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalBatch;
import dev.wal.WalException;
import dev.wal.WriteAheadLog;
import dev.wal.trace.RecoveryAction.RetryNodes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Trace} and what {@link TraceJournal} knows of open traces.
 */
class TraceTests {

	@TempDir
	Path temp;

	private final List<String> steps = new ArrayList<>();

	private Path directory;

	@BeforeEach
	void setUp() {
		this.directory = this.temp.resolve("wal");
	}

	@Test
	@Tag("R91")
	@Tag("R93")
	void takesUpAWorkflowAtTheNodeInWhichTheProcessDied() {
		UUID id;
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			Trace trace = journal.begin("order", "17");
			id = trace.id();
			trace.run(1, () -> this.steps.add("reserve"));
			journal.startNode(id, 2);
			this.steps.add("charge, and died");
		}
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			TraceRecoveryReport report = journal.recover((state, action) -> {
				assertThat(state.name()).isEqualTo("order");
				assertThat(state.data()).isEqualTo("17");
				assertThat(action).isEqualTo(new RetryNodes(Set.of(2L)));
				Trace trace = journal.trace(state.traceId());
				assertThat(trace.hasCompleted(1)).isTrue();
				trace.run(1, () -> this.steps.add("reserve"));
				trace.run(2, () -> this.steps.add("charge"));
				trace.complete();
			});
			assertThat(report.recovered()).singleElement()
				.satisfies((outcome) -> assertThat(outcome.trace().traceId()).isEqualTo(id));
			assertThat(journal.openCount()).isZero();
		}
		assertThat(this.steps).containsExactly("reserve", "charge, and died", "charge");
	}

	@Test
	@Tag("R92")
	void returnsTheOutputOfANodeThatHadCompleted() {
		OutputLocation output = new OutputLocation(4096, 17, -1);
		UUID id;
		try (LocalWriteAheadLog log = open()) {
			Trace trace = new TraceJournal(log).begin("order", null);
			id = trace.id();
			assertThat(trace.call(1, () -> output)).isEqualTo(output);
		}
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			journal.recover((state, action) -> assertThat(journal.trace(id).call(1, () -> {
				throw new AssertionError("It has completed");
			})).isEqualTo(output));
			assertThat(journal.openTrace(id).orElseThrow().completedNodes()).containsEntry(1L, output);
		}
	}

	@Test
	@Tag("R91")
	void writesWhyANodeFailedAndThrowsIt() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			Trace trace = journal.begin("order", null);
			IOException failure = new IOException("no");
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> trace.run(1, () -> {
				throw failure;
			})).isSameAs(failure);
			TraceState state = journal.openTrace(trace.id()).orElseThrow();
			assertThat(state.startedNodes()).isEmpty();
			assertThat(state.failedNodes().get(1L).error()).isEqualTo("java.io.IOException: no");
			trace.run(1, () -> this.steps.add("again"));
			assertThat(this.steps).containsExactly("again");
		}
	}

	@Test
	void goesOnWithTheIterationThatStartedLast() {
		List<Long> iterations = new ArrayList<>();
		try (LocalWriteAheadLog log = open()) {
			Trace trace = new TraceJournal(log).begin("poll", null);
			assertThatExceptionOfType(Died.class).isThrownBy(() -> trace.loop(1, (iteration) -> {
				iterations.add(iteration);
				if (iteration == 2) {
					throw new Died();
				}
				return true;
			}));
		}
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			journal.recover((state, action) -> {
				for (int i = 0; i < 2; i++) {
					journal.trace(state.traceId()).loop(1, (iteration) -> {
						iterations.add(iteration);
						return iteration < 3;
					});
				}
			});
		}
		assertThat(iterations).containsExactly(0L, 1L, 2L, 2L, 3L);
	}

	@Test
	@Tag("R92")
	void waitsAcrossARestartUntilItIsResumed() {
		UUID id;
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			Trace trace = journal.begin("order", null);
			id = trace.id();
			trace.suspend(2, "hook");
			assertThat(journal.suspendedCount()).isEqualTo(1);
		}
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			journal.recover((state, action) -> assertThat(state.suspensionMetadata()).isEqualTo("hook"));
			assertThat(journal.suspendedCount()).isEqualTo(1);
			journal.trace(id).resume();
			assertThat(journal.suspendedCount()).isZero();
			journal.trace(id).suspend(3, null);
			journal.trace(id).fail("too late");
			assertThat(journal.suspendedCount()).isZero();
			assertThat(journal.openCount()).isZero();
		}
	}

	@Test
	void refusesToGoOnWithATraceThatEnded() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			Trace trace = journal.begin("order", null);
			trace.complete();
			Lsn last = log.lastLsn();
			assertThatIllegalStateException().isThrownBy(() -> trace.run(1, () -> this.steps.add("never")));
			assertThatIllegalStateException().isThrownBy(trace::complete);
			assertThatIllegalStateException().isThrownBy(() -> trace.fail("no"));
			assertThat(log.lastLsn()).isEqualTo(last);
			assertThat(this.steps).isEmpty();
		}
	}

	@Test
	void takesOnlyForANameWhatWasWrittenAsOne() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log, 9,
					Clock.fixed(Instant.EPOCH.plusSeconds(5), Clock.systemUTC().getZone()), List.of());
			UUID foreign = UUID.randomUUID();
			journal.startTrace(foreign, "{\"card\":\"4111\"}");
			TraceState state = journal.openTrace(foreign).orElseThrow();
			assertThat(state.name()).isNull();
			assertThat(state.data()).isEqualTo("{\"card\":\"4111\"}");
			assertThat(state.startedAt()).isEqualTo(Instant.EPOCH.plusSeconds(5));
			assertThat(journal.openTrace(journal.begin("a", "").id()).orElseThrow().data()).isNull();
			assertThatIllegalArgumentException().isThrownBy(() -> journal.begin(" ", null));
			assertThatIllegalArgumentException().isThrownBy(() -> journal.begin("a\u001Fb", null));
		}
	}

	@Test
	void beginsTogetherWithTheRecordsThatItIsAbout() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			long blocks = log.status().statistics().blocks();
			Trace trace = journal.begin("order", null, new WalBatch().add(1, new byte[] { 1 }));
			assertThat(trace.firstLsn()).isEqualTo(Lsn.of(2));
			assertThat(log.status().statistics().blocks()).isEqualTo(blocks + 1);
		}
	}

	@Test
	@Tag("R85")
	void holdsACheckpointBelowTheOldestOpenTrace() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			assertThat(journal.checkpointLimit(Lsn.of(7))).isEqualTo(Lsn.of(7));
			log.append(new byte[1]);
			Trace first = journal.begin("order", null);
			Trace second = journal.begin("order", null);
			assertThat(journal.checkpointLimit(log.durableLsn())).isEqualTo(Lsn.of(1));
			assertThat(journal.checkpointLimit(Lsn.NONE)).isEqualTo(Lsn.NONE);
			first.complete();
			assertThat(journal.checkpointLimit(log.durableLsn())).isEqualTo(Lsn.of(2));
			second.fail(null);
			assertThat(journal.checkpointLimit(log.durableLsn())).isEqualTo(log.durableLsn());
		}
	}

	@Test
	@Tag("R85")
	void holdsACheckpointBelowAStartThatIsDurableButHasNotReturned() {
		List<Lsn> limits = new ArrayList<>();
		try (LocalWriteAheadLog log = open()) {
			log.append(new byte[1]);
			var between = new Object() {
				@Nullable TraceJournal journal;

			};
			WriteAheadLog observed = (WriteAheadLog) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { WriteAheadLog.class }, (proxy, method, args) -> {
						try {
							Object result = method.invoke(log, args);
							if (result instanceof LsnRange) {
								limits.add(between.journal.checkpointLimit(log.durableLsn()));
							}
							return result;
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
			between.journal = new TraceJournal(observed);
			between.journal.begin("order", null).complete();
			assertThat(limits).containsExactly(Lsn.of(1));
			assertThat(between.journal.checkpointLimit(log.durableLsn())).isEqualTo(log.durableLsn());
		}
	}

	@Test
	void aStartThatWasRefusedHoldsNothingBack() {
		try (LocalWriteAheadLog log = WriteAheadLog.builder(this.directory).maxRecordSize(100).open()) {
			TraceJournal journal = new TraceJournal(log);
			assertThatExceptionOfType(WalException.class).isThrownBy(() -> journal.begin("order", "x".repeat(200)));
			assertThat(journal.openCount()).isZero();
			log.append(new byte[1]);
			assertThat(journal.checkpointLimit(log.durableLsn())).isEqualTo(log.durableLsn());
		}
	}

	@Test
	void observersSeeRecordsAndNodesAndBreakNothing() {
		List<String> seen = new ArrayList<>();
		TraceObserver observer = new TraceObserver() {

			@Override
			public void written(Lsn lsn, TraceRecord entry) {
				seen.add(lsn + " " + entry.type());
				throw new IllegalStateException("not my day");
			}

			@Override
			public void nodeRan(@Nullable String name, long nodeId, boolean completed, long nanos) {
				assertThat(Duration.ofNanos(nanos)).isPositive();
				seen.add(name + " " + nodeId + " " + completed);
			}

		};
		try (LocalWriteAheadLog log = open()) {
			Trace trace = new TraceJournal(log, TraceJournal.RECORD_TYPE, Clock.systemUTC(), List.of(observer))
				.begin("order", null);
			assertThatNoException().isThrownBy(() -> trace.run(1, () -> this.steps.add("one")));
			trace.complete();
		}
		assertThat(seen).containsExactly("1 TRACE_START", "2 NODE_START", "3 NODE_DONE", "order 1 true",
				"4 TRACE_COMPLETE");
	}

	private LocalWriteAheadLog open() {
		return WriteAheadLog.builder(this.directory).segmentSize(1 << 20).open();
	}

	/** Dies in the middle of a node as a process does: neither its end is written. */
	private static final class Died extends Error {

		private static final long serialVersionUID = 1L;

	}

}
