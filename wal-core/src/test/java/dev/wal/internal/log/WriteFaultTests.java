// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalFailedException;
import dev.wal.WalState;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestRecords;
import dev.wal.testing.TestWaits;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what the log does when a write or a force of it fails.
 */
class WriteFaultTests extends AbstractFaultTests {

	private static final String FIRST = SegmentName.of(1);

	private List<DiskCall> changesSince(int position) {
		return this.disk.calls()
			.subList(position, this.disk.position())
			.stream()
			// The preparer may be about to create a segment that nobody will use.
			.filter((call) -> call.kind().changes() && !call.thread().equals("wal-preallocator"))
			.toList();
	}

	/**
	 * Return whether a call belongs to the creation of the next segment, which may have
	 * been under way in the background.
	 */
	private static boolean createsSegment(DiskCall call) {
		return call.kind() == Kind.FORCE_DIRECTORY || call.toString().contains(SegmentName.NEW);
	}

	private void assertFailed(SegmentedLog log, Lsn durable) {
		int position = this.disk.position();
		assertThat(log.status().state()).isEqualTo(WalState.FAILED);
		assertThat(log.status().failure()).hasMessageMatching(".*(Input/output error|No space left|planted).*");
		assertThat(log.durableLsn()).isEqualTo(durable);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("late")))
			.satisfies((ex) -> assertThat(ex.durableLsn()).isEqualTo(durable));
		assertThatExceptionOfType(WalFailedException.class)
			.isThrownBy(() -> log.append(TestRecords.text("late"), SyncPolicy.none()));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::sync);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate);
		assertThat(log.appendAsync(TestRecords.text("late"))).isCompletedExceptionally();
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		assertThat(log.status().state()).isEqualTo(WalState.CLOSED);
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> log.append(TestRecords.text("late")));
		assertThat(changesSince(position)).allMatch(WriteFaultTests::createsSegment);
		assertThat(this.disk.openFiles()).isZero();
		assertThat(this.disk.isLocked()).isFalse();
	}

	@Test
	@Tag("R45")
	@Tag("R46")
	@Tag("Rule4")
	void failedWriteFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("b")))
			.withMessageContaining("Input/output error")
			.withMessageContaining("Records up to LSN 1 are on the disk");
		assertThat(TestRecords.texts(log)).containsExactly("a");
		assertFailed(log, new Lsn(1));
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(TestRecords.texts(reopened)).containsExactly("a");
			assertThat(reopened.append(TestRecords.text("c"))).isEqualTo(new Lsn(2));
		}
	}

	@Test
	@Tag("R45")
	@Tag("R59")
	@Tag("D8")
	void halfWrittenBlockIsCutOff() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.shortWrites(300))
			.inject(DiskFaults.once(3, DiskCall.matching(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class)
			.isThrownBy(() -> log.append(TestRecords.text("b".repeat(1000))));
		assertFailed(log, new Lsn(1));
		this.disk.heal();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(reopened.tailState().kind()).isEqualTo(TailState.Kind.TRUNCATED);
			assertThat(reopened.tailState().cutBytes()).isEqualTo(600);
			assertThat(TestRecords.texts(reopened)).containsExactly("a");
			reopened.append(TestRecords.text("c"));
		}
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(reopened.tailState().isClean()).isTrue();
			assertThat(TestRecords.texts(reopened)).containsExactly("a", "c");
		}
	}

	@Test
	@Tag("R46")
	@Tag("D7")
	@Tag("Rule4")
	void failedForceFailsTheLogAndIsNotRepeated() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("b")));
		assertThat(TestRecords.texts(log)).containsExactly("a");
		assertFailed(log, new Lsn(1));
	}

	@Test
	@Tag("Rule6")
	void whatAFailedForceLeftInThePageCacheIsWrittenAgain() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(TestRecords.text("b")));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(TestRecords.texts(reopened)).containsExactly("a", "b");
			assertThat(reopened.recoveryReport().rewrittenRecords()).isOne();
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(TestRecords.texts(later)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R36")
	@Tag("R46")
	void failedForceFailsEverybodyWhoWaits() throws Exception {
		SegmentedLog log = open(ONE_SEGMENT);
		DiskFaults.Gate gate = DiskFaults.gate(DiskCall.matching(Kind.FORCE, FIRST))
			.failing(DiskFaults::inputOutputError);
		this.disk.inject(gate);
		List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			Thread thread = new Thread(() -> log.append(TestRecords.text("x")));
			thread.setUncaughtExceptionHandler((failed, ex) -> failures.add(ex));
			threads.add(thread);
			thread.start();
		}
		gate.awaitArrival();
		CompletableFuture<Lsn> future = log.appendAsync(TestRecords.text("y"));
		gate.open();
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(failures).hasSize(4).allMatch(WalFailedException.class::isInstance);
		TestWaits.await().until(future::isDone);
		assertThat(future).isCompletedExceptionally();
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R55")
	@Tag("D10")
	void failedForceOfTheLeftSegmentFailsTheLog() {
		SegmentedLog log = open(SMALL_SEGMENTS);
		log.append(new byte[3000], SyncPolicy.none());
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(new byte[3000]));
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R46")
	@Tag("Rule4")
	void fullDiskFoundByAForceFailsTheLog() {
		SegmentedLog log = open(SMALL_SEGMENTS);
		log.append(new byte[3000], SyncPolicy.none());
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, FIRST), DiskFaults::noSpace));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(new byte[3000]));
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R53")
	@Tag("R46")
	void fullDiskFoundByAForceOfManualRotationFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(TestRecords.text("a"));
		this.disk.inject(DiskFaults.once(2, DiskCall.matching(Kind.FORCE, ""), DiskFaults::noSpace));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate);
		assertFailed(log, new Lsn(1));
		this.disk.heal();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(TestRecords.texts(reopened)).containsExactly("a");
			reopened.append(TestRecords.text("b"));
		}
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(TestRecords.texts(reopened)).containsExactly("a", "b");
		}
	}

	@Test
	@Tag("R46")
	@Tag("R103")
	@Tag("Rule1")
	void forceThatThePreparerSawFailIsNotTakenForASuccess() throws Exception {
		DiskFaults.Gate gate = DiskFaults
			.gate((call) -> call.is(Kind.FORCE, FIRST) && call.thread().equals("wal-preallocator"))
			.failing(DiskFaults::inputOutputError)
			.afterwards();
		DiskFaults.Gate zeros = DiskFaults.gate((call) -> call.is(Kind.WRITE, FIRST) && call.offset() >= 1 << 20)
			.afterwards();
		this.disk.inject(zeros);
		SegmentedLog log = open(RecordedRun.options((builder) -> builder.segmentSize(2 << 20).preallocate(true)));
		zeros.awaitArrival();
		log.append(TestRecords.text("a"), SyncPolicy.none());
		this.disk.inject(gate);
		zeros.open();
		gate.awaitArrival();
		// The kernel has told the preparer that "a" is lost, and will tell nobody else.
		List<Lsn> acknowledged = new ArrayList<>();
		Thread thread = new Thread(() -> acknowledged.add(log.sync()));
		thread.setUncaughtExceptionHandler((failed, ex) -> assertThat(ex).isInstanceOf(WalFailedException.class));
		thread.start();
		TestWaits.await().until(() -> !thread.isAlive() || thread.getState() == Thread.State.WAITING);
		gate.open();
		thread.join();
		assertThat(acknowledged).isEmpty();
		TestWaits.await().until(() -> log.status().state() == WalState.FAILED);
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R45")
	void shortWritesSucceed() {
		this.disk.inject(DiskFaults.shortWrites(7));
		try (SegmentedLog log = open(SMALL_SEGMENTS)) {
			for (int i = 0; i < 20; i++) {
				log.append(new byte[500]);
			}
			log.checkpoint(new Lsn(10));
		}
		this.disk.heal();
		try (SegmentedLog log = open(SMALL_SEGMENTS)) {
			assertThat(log.lastLsn()).isEqualTo(new Lsn(20));
			assertThat(log.checkpointLsn()).isEqualTo(new Lsn(10));
		}
	}

	@Test
	@Tag("R103")
	void failureInTheBackgroundIsAFailureOfTheLog() {
		this.disk.inject((call) -> {
			if (call.is(Kind.WRITE, FIRST) && call.thread().equals("wal-preallocator")) {
				throw new IllegalStateException("planted");
			}
			return DiskFault.NONE;
		});
		SegmentedLog log = open(PREALLOCATED);
		TestWaits.await().until(() -> log.status().state() == WalState.FAILED);
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("D25")
	@Tag("R103")
	void intervalForceThatFailsFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		this.disk.inject(DiskFaults.once(1, DiskCall.matching(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		log.append(TestRecords.text("a"), SyncPolicy.interval(Duration.ofMillis(1)));
		TestWaits.await().until(() -> log.status().state() == WalState.FAILED);
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R101")
	void closeThatFailsReleasesEverything() {
		for (Kind kind : List.of(Kind.WRITE, Kind.FORCE)) {
			SimulatedDisk disk = new SimulatedDisk();
			SegmentedLog log = LogOpener.open(PREALLOCATED, disk);
			log.append(TestRecords.text("a"));
			TestWaits.await().until(() -> disk.content(FIRST).length == 64 * 1024);
			disk.inject(DiskFaults.once(1, DiskCall.matching(kind, FIRST), DiskFaults::inputOutputError));
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
			assertThat(disk.openFiles()).isZero();
			assertThat(disk.isLocked()).isFalse();
			try (SegmentedLog reopened = LogOpener.open(PREALLOCATED, disk)) {
				assertThat(TestRecords.texts(reopened)).containsExactly("a");
			}
		}
	}

}
