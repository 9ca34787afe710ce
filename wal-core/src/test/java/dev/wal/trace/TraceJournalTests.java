// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.trace.RecoveryAction.AwaitResume;
import dev.wal.trace.RecoveryAction.Restart;
import dev.wal.trace.RecoveryAction.ResumeFrom;
import dev.wal.trace.RecoveryAction.RetryNodes;
import dev.wal.trace.RecoveryAction.Skip;
import dev.wal.trace.TraceRecoveryReport.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TraceJournal} and what it does about traces that did not end.
 */
@Tag("R93")
class TraceJournalTests {

	@TempDir
	Path directory;

	@Test
	@Tag("R30")
	void writesAllElevenTypes() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			UUID trace = journal.startTrace();
			journal.startNode(trace, 1);
			journal.completeNode(trace, 1, new OutputLocation(4096, 17, -1));
			journal.failNode(trace, 2, "no");
			journal.suspend(trace, 3, "hook");
			journal.resume(trace);
			journal.loopIteration(trace, 4, 0);
			journal.loopExit(trace, 4, 1);
			journal.checkpoint("mark");
			journal.completeTrace(trace);
			journal.failTrace(trace, "late");
			List<TraceRecord> written = new ArrayList<>();
			try (WalReader reader = log.read(Lsn.FIRST)) {
				for (WalRecord entry : reader) {
					assertThat(entry.type()).isEqualTo(TraceJournal.RECORD_TYPE);
					written.add(TraceRecord.decode(entry.payload()));
				}
			}
			assertThat(written).extracting(TraceRecord::type)
				.containsExactlyInAnyOrder(TraceRecordType.values())
				.startsWith(TraceRecordType.TRACE_START, TraceRecordType.NODE_START, TraceRecordType.NODE_DONE);
			assertThat(written.get(2).output()).isEqualTo(new OutputLocation(4096, 17, -1));
		}
	}

	@Test
	void decidesByTheRulesAndReports() {
		UUID waiting;
		UUID running;
		UUID between;
		UUID untouched;
		UUID failedFirst;
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			log.append(new byte[] { 1, 2, 3 });
			waiting = journal.startTrace();
			journal.startNode(waiting, 1);
			journal.suspend(waiting, 1, "hook");
			running = journal.startTrace();
			journal.completeNode(running, 1, OutputLocation.NONE);
			journal.startNode(running, 2);
			between = journal.startTrace();
			journal.startNode(between, 1);
			journal.completeNode(between, 1, OutputLocation.NONE);
			untouched = journal.startTrace();
			failedFirst = journal.startTrace();
			journal.startNode(failedFirst, 1);
			journal.failNode(failedFirst, 1, "no");
			journal.completeTrace(journal.startTrace());
		}
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			List<RecoveryAction> handled = new ArrayList<>();
			TraceRecoveryReport report = journal.recover((trace, action) -> handled.add(action));
			assertThat(handled).containsExactly(new AwaitResume(1, "hook"), new RetryNodes(Set.of(2L)),
					new ResumeFrom(1), new Restart(), new Restart());
			assertThat(report.awaiting()).extracting((outcome) -> outcome.trace().traceId()).containsExactly(waiting);
			assertThat(report.recovered()).extracting((outcome) -> outcome.trace().traceId())
				.containsExactly(running, between, untouched, failedFirst);
			assertThat(report.skipped()).isEmpty();
			assertThat(report.failed()).isEmpty();
			assertThat(report.orphanedRecords()).isZero();
			assertThat(journal.scan().incompleteTrace(waiting).orElseThrow().isSuspended()).isTrue();
			assertThat(journal.scan().oldestNeededLsn()).isEqualTo(Lsn.of(2));
		}
	}

	@Test
	void writesASkippedTraceAsFailed() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			UUID trace = journal.startTrace();
			TraceRecoveryReport report = journal.recover(new TraceRecoveryHandler() {

				@Override
				public RecoveryAction decide(TraceState state, RecoveryAction proposed) {
					return new Skip("its data is gone");
				}

				@Override
				public void recover(TraceState state, RecoveryAction action) {
					throw new AssertionError("A skipped trace is not recovered");
				}

			});
			assertThat(report.skipped()).singleElement()
				.extracting(Outcome::action)
				.isEqualTo(new Skip("its data is gone"));
			assertThat(journal.scan().incompleteTraces()).isEmpty();
			try (WalReader reader = log.read(log.lastLsn())) {
				TraceRecord last = TraceRecord.decode(reader.iterator().next().payload());
				assertThat(last.type()).isEqualTo(TraceRecordType.TRACE_FAILED);
				assertThat(last.traceId()).isEqualTo(trace);
				assertThat(last.error()).isEqualTo("its data is gone");
			}
		}
	}

	@Test
	void oneFailureDoesNotKeepOthersFromRecovery() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			UUID first = journal.startTrace();
			UUID second = journal.startTrace();
			TraceRecoveryReport report = journal.recover((trace, action) -> {
				if (trace.traceId().equals(first)) {
					throw new IllegalStateException("not now");
				}
				journal.completeTrace(trace.traceId());
			});
			assertThat(report.failed()).singleElement()
				.satisfies((outcome) -> assertThat(outcome.failure()).hasMessage("not now"));
			assertThat(report.recovered()).extracting((outcome) -> outcome.trace().traceId()).containsExactly(second);
			assertThat(journal.scan().incompleteTraces()).extracting(TraceState::traceId).containsExactly(first);
		}
	}

	@Test
	void anInterruptLeavesTheRestForTheNextTime() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log);
			journal.startTrace();
			journal.startTrace();
			TraceRecoveryReport report = journal.recover((trace, action) -> {
				throw new InterruptedException();
			});
			assertThat(Thread.interrupted()).isTrue();
			assertThat(report.failed()).hasSize(2);
			assertThat(journal.scan().records()).isEqualTo(3);
		}
	}

	@Test
	void usesItsOwnTypeAndPassesOverOthers() {
		try (LocalWriteAheadLog log = open()) {
			TraceJournal journal = new TraceJournal(log, 9, Clock.systemUTC(), List.of());
			assertThat(journal.scan().incompleteTraces()).isEmpty();
			new TraceJournal(log).startTrace();
			UUID trace = journal.startTrace();
			assertThat(journal.scan().incompleteTraces()).extracting(TraceState::traceId).containsExactly(trace);
			log.append(9, new byte[] { 1 });
			assertThatExceptionOfType(TraceFormatException.class).isThrownBy(journal::scan);
		}
	}

	private LocalWriteAheadLog open() {
		return WriteAheadLog.builder(this.directory).segmentSize(1 << 20).open();
	}

}
