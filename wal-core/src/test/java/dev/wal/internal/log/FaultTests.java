// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import dev.wal.Deletions;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalClosedException;
import dev.wal.WalDirectoryException;
import dev.wal.WalFailedException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalState;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFault;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what the log does when the disk fails it.
 */
@ExtendWith(QuietLog.class)
@Timeout(60)
class FaultTests {

	private static final String FIRST = SegmentName.of(1);

	private static final String SECOND = SegmentName.of(2);

	private static final WalOptions ONE_SEGMENT = RecordedRun.options((builder) -> builder);

	private static final WalOptions SMALL_SEGMENTS = RecordedRun.options((builder) -> builder.segmentSize(8192));

	private static final WalOptions PREALLOCATED = RecordedRun
		.options((builder) -> builder.segmentSize(64 * 1024).preallocate(true));

	private final SimulatedDisk disk = new SimulatedDisk();

	private SegmentedLog open(WalOptions options) {
		return LogOpener.open(options, this.disk);
	}

	private static ConditionFactory await() {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static List<String> texts(LocalWriteAheadLog log) {
		List<String> texts = new ArrayList<>();
		if (!log.firstLsn().isNone()) {
			try (WalReader reader = log.read(log.firstLsn())) {
				for (WalRecord record : reader) {
					texts.add(record.toText());
				}
			}
		}
		return texts;
	}

	private static Predicate<DiskCall> call(Kind kind, String name) {
		return (call) -> call.is(kind, name);
	}

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
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("late")))
			.satisfies((ex) -> assertThat(ex.durableLsn()).isEqualTo(durable));
		assertThatExceptionOfType(WalFailedException.class)
			.isThrownBy(() -> log.append(bytes("late"), SyncPolicy.none()));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::sync);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate);
		assertThat(log.appendAsync(bytes("late"))).isCompletedExceptionally();
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		assertThat(log.status().state()).isEqualTo(WalState.CLOSED);
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> log.append(bytes("late")));
		assertThat(changesSince(position)).allMatch(FaultTests::createsSegment);
		assertThat(this.disk.openFiles()).isZero();
		assertThat(this.disk.isLocked()).isFalse();
	}

	@Test
	@Tag("R45")
	@Tag("R46")
	@Tag("Rule4")
	void failedWriteFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		this.disk.inject(DiskFaults.once(1, call(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("b")))
			.withMessageContaining("Input/output error")
			.withMessageContaining("records up to LSN 1 are on the disk");
		assertThat(texts(log)).containsExactly("a");
		assertFailed(log, new Lsn(1));
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(texts(reopened)).containsExactly("a");
			assertThat(reopened.append(bytes("c"))).isEqualTo(new Lsn(2));
		}
	}

	@Test
	@Tag("R45")
	@Tag("R59")
	@Tag("D8")
	void halfWrittenBlockIsCutOff() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		this.disk.inject(DiskFaults.shortWrites(300))
			.inject(DiskFaults.once(3, call(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("b".repeat(1000))));
		assertFailed(log, new Lsn(1));
		this.disk.heal();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(reopened.tailState().kind()).isEqualTo(TailState.Kind.TRUNCATED);
			assertThat(reopened.tailState().cutBytes()).isEqualTo(600);
			assertThat(texts(reopened)).containsExactly("a");
			reopened.append(bytes("c"));
		}
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(reopened.tailState().isClean()).isTrue();
			assertThat(texts(reopened)).containsExactly("a", "c");
		}
	}

	@Test
	@Tag("R46")
	@Tag("D7")
	@Tag("Rule4")
	void failedForceFailsTheLogAndIsNotRepeated() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("b")));
		assertThat(texts(log)).containsExactly("a");
		assertFailed(log, new Lsn(1));
	}

	@Test
	@Tag("Rule6")
	void whatAFailedForceLeftInThePageCacheIsWrittenAgain() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("b")));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(texts(reopened)).containsExactly("a", "b");
			assertThat(reopened.recoveryReport().rewrittenRecords()).isOne();
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(texts(later)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R36")
	@Tag("R46")
	void failedForceFailsEverybodyWhoWaits() throws Exception {
		SegmentedLog log = open(ONE_SEGMENT);
		DiskFaults.Gate gate = DiskFaults.gate(call(Kind.FORCE, FIRST)).failing(DiskFaults::inputOutputError);
		this.disk.inject(gate);
		List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			Thread thread = new Thread(() -> log.append(bytes("x")));
			thread.setUncaughtExceptionHandler((failed, ex) -> failures.add(ex));
			threads.add(thread);
			thread.start();
		}
		gate.awaitArrival();
		CompletableFuture<Lsn> future = log.appendAsync(bytes("y"));
		gate.open();
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(failures).hasSize(4).allMatch(WalFailedException.class::isInstance);
		await().until(future::isDone);
		assertThat(future).isCompletedExceptionally();
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R55")
	@Tag("D10")
	void failedForceOfTheLeftSegmentFailsTheLog() {
		SegmentedLog log = open(SMALL_SEGMENTS);
		log.append(new byte[3000], SyncPolicy.none());
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(new byte[3000]));
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R46")
	@Tag("Rule4")
	void fullDiskFoundByAForceFailsTheLog() {
		SegmentedLog log = open(SMALL_SEGMENTS);
		log.append(new byte[3000], SyncPolicy.none());
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE, FIRST), DiskFaults::noSpace));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(new byte[3000]));
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R53")
	@Tag("R46")
	void fullDiskFoundByAForceOfManualRotationFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		this.disk.inject(DiskFaults.once(2, call(Kind.FORCE, ""), DiskFaults::noSpace));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate);
		assertFailed(log, new Lsn(1));
		this.disk.heal();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(texts(reopened)).containsExactly("a");
			reopened.append(bytes("b"));
		}
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			assertThat(texts(reopened)).containsExactly("a", "b");
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
		log.append(bytes("a"), SyncPolicy.none());
		this.disk.inject(gate);
		zeros.open();
		gate.awaitArrival();
		// The kernel has told the preparer that "a" is lost, and will tell nobody else.
		List<Lsn> acknowledged = new ArrayList<>();
		Thread thread = new Thread(() -> acknowledged.add(log.sync()));
		thread.setUncaughtExceptionHandler((failed, ex) -> assertThat(ex).isInstanceOf(WalFailedException.class));
		thread.start();
		await().until(() -> !thread.isAlive() || thread.getState() == Thread.State.WAITING);
		gate.open();
		thread.join();
		assertThat(acknowledged).isEmpty();
		await().until(() -> log.status().state() == WalState.FAILED);
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
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskRefusesAppendsUntilThereIsRoom() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(bytes("a"));
			this.disk.room(0);
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(bytes("b")))
				.satisfies((ex) -> assertThat(ex.neededBytes()).isPositive())
				.withMessageContaining("Nothing was written");
			assertThat(log.status().state()).isEqualTo(WalState.FULL);
			assertThat(log.status().failure()).isInstanceOf(WalFullException.class);
			assertThat(texts(log)).containsExactly("a");
			assertThat(log.sync()).isEqualTo(new Lsn(1));
			this.disk.room(1000);
			assertThat(log.append(bytes("c"))).isEqualTo(new Lsn(2));
			assertThat(log.status().state()).isEqualTo(WalState.OPEN);
		}
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(log.tailState().isClean()).isTrue();
			assertThat(texts(log)).containsExactly("a", "c");
		}
	}

	@Test
	@Tag("R47")
	@Tag("R48")
	void fullDiskInTheMiddleOfABlockLeavesNothingOfIt() {
		for (int room = 0; room < 140; room += 7) {
			SimulatedDisk disk = new SimulatedDisk();
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				log.append(bytes("a"));
				long size = disk.content(FIRST).length;
				disk.room(room);
				assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> log.append(new byte[100]));
				assertThat(disk.content(FIRST)).hasSize((int) size);
				assertThatExceptionOfType(WalFullException.class)
					.isThrownBy(() -> log.append(new byte[100], SyncPolicy.none()));
				disk.room(1000);
				assertThat(log.append(bytes("b"))).isEqualTo(new Lsn(2));
			}
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				assertThat(log.tailState().isClean()).isTrue();
				assertThat(texts(log)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R47")
	@Tag("R56")
	@Tag("D6")
	@Tag("Rule5")
	void fullDiskAtRotationKeepsTheOldSegment() {
		for (int room = 0; room < 8000; room += 500) {
			SimulatedDisk disk = new SimulatedDisk();
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				log.append(new byte[3000]);
				await().until(() -> disk.has("wal-00000000000000000002.log"));
				log.append(new byte[3000]);
				await().until(() -> disk.has("wal-00000000000000000003.log"));
				disk.room(room);
				int accepted = 2;
				for (int i = 0; i < 4; i++) {
					try {
						log.append(new byte[3000]);
						accepted++;
					}
					catch (WalFullException ex) {
						assertThat(log.status().state()).isEqualTo(WalState.FULL);
					}
				}
				assertThat(accepted).isLessThan(6);
				assertThat(log.lastLsn()).isEqualTo(new Lsn(accepted));
				disk.capacity(Long.MAX_VALUE);
				assertThat(log.append(bytes("b"))).isEqualTo(new Lsn(accepted + 1));
				assertThat(log.status().state()).isEqualTo(WalState.OPEN);
			}
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				assertThat(log.tailState().isClean()).isTrue();
				assertThat(texts(log)).last().isEqualTo("b");
			}
		}
	}

	@Test
	@Tag("R44")
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskWhilePreparingIsNotAFailure() {
		try (SegmentedLog log = open(PREALLOCATED)) {
			log.append(bytes("a"));
			await().until(() -> this.disk.content(FIRST).length == 64 * 1024);
			this.disk.room(0);
			for (int i = 0; i < 50; i++) {
				log.append(bytes("b".repeat(1000)));
			}
			assertThat(log.status().state()).isEqualTo(WalState.OPEN);
			for (int i = 0; i < 20 && log.status().state() == WalState.OPEN; i++) {
				try {
					log.append(bytes("b".repeat(1000)));
				}
				catch (WalFullException ex) {
					assertThat(log.status().state()).isEqualTo(WalState.FULL);
				}
			}
			long last = log.lastLsn().value();
			this.disk.capacity(Long.MAX_VALUE);
			assertThat(log.append(bytes("b"))).isEqualTo(new Lsn(last + 1));
		}
	}

	@Test
	@Tag("R47")
	@Tag("R60")
	void fullDiskIsNoReasonNotToOpen() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(bytes("a"));
			this.disk.inject(DiskFaults.shortWrites(20))
				.inject(DiskFaults.once(3, call(Kind.WRITE, FIRST), DiskFaults::inputOutputError));
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("b")));
		}
		catch (WalFailedException ex) {
			this.disk.heal();
		}
		this.disk.inject(DiskFaults.failing(call(Kind.CREATE, ".torn"), DiskFaults::noSpace));
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(texts(log)).containsExactly("a");
			assertThat(log.tailState().savedAs()).isNull();
		}
	}

	@Test
	void fullDiskHasAnExceptionAtOpen() {
		this.disk.capacity(0);
		assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> open(ONE_SEGMENT));
		assertThat(this.disk.isLocked()).isFalse();
		assertThat(this.disk.openFiles()).isZero();
		this.disk.capacity(10_000);
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(log.append(bytes("a"))).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R56")
	@Tag("D6")
	void nextSegmentThatCannotBeCreatedRefusesAppends() {
		for (Kind kind : List.of(Kind.CREATE, Kind.WRITE, Kind.FORCE, Kind.RENAME)) {
			SimulatedDisk disk = new SimulatedDisk();
			disk.inject(DiskFaults.failing(call(kind, SECOND + SegmentName.NEW), DiskFaults::tooManyOpenFiles));
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				log.append(new byte[3000]);
				assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.append(new byte[3000]))
					.withMessageContaining("Too many open files");
				assertThatExceptionOfType(WalIoException.class).isThrownBy(log::rotate);
				assertThat(log.segmentCount()).isOne();
				assertThat(Deletions.byCheckpoint(log, new Lsn(1))).isZero();
				assertThat(log.append(bytes("fits"))).isEqualTo(new Lsn(2));
				assertThat(log.status().state()).isEqualTo(WalState.REJECTING);
				assertThat(log.status().failure()).hasMessageContaining("Too many open files");
				disk.heal();
				assertThat(log.append(new byte[3000])).isEqualTo(new Lsn(3));
				assertThat(log.status().state()).isEqualTo(WalState.OPEN);
				assertThat(log.status().failure()).isNull();
				assertThat(log.segmentCount()).isEqualTo(2);
			}
			assertThat(disk.openFiles()).isZero();
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				assertThat(log.lastLsn()).isEqualTo(new Lsn(3));
			}
		}
	}

	@Test
	@Tag("R2")
	@Tag("R56")
	@Tag("Rule7")
	void nameThatCouldNotBeForcedFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE_DIRECTORY, ""), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::rotate);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		assertThat(this.disk.openFiles()).isZero();
		try (SegmentedLog reopened = open(ONE_SEGMENT)) {
			reopened.rotate();
			reopened.append(bytes("b"));
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(texts(later)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R2")
	@Tag("D11")
	@Tag("Rule7")
	void nameThatOnlyThePageCacheHasIsForcedBeforeItIsUsed() {
		SimulatedDisk killed = null;
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(bytes("a"));
			DiskFaults.Gate gate = DiskFaults.gate(call(Kind.FORCE_DIRECTORY, ""));
			this.disk.inject(gate);
			Thread thread = new Thread(log::rotate);
			thread.start();
			gate.awaitArrival();
			killed = this.disk.processCrash();
			gate.open();
			await().until(() -> !thread.isAlive());
		}
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, killed)) {
			log.rotate();
			log.append(bytes("b"));
			SimulatedDisk after = killed.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(texts(later)).containsExactly("a", "b");
			}
		}
	}

	@Test
	@Tag("R2")
	@Tag("D11")
	@Tag("Rule7")
	void directoryIsForcedAfterCreateRenameDelete() {
		try (SegmentedLog log = open(SMALL_SEGMENTS)) {
			for (int i = 0; i < 6; i++) {
				log.append(new byte[3000]);
				log.checkpoint(log.lastLsn());
			}
			log.rotate();
			log.reset(log.lastLsn());
		}
		List<String> unforced = new ArrayList<>();
		for (DiskCall call : this.disk.calls()) {
			switch (call.kind()) {
				case RENAME -> unforced.add(call.target());
				case DELETE -> unforced.add(call.name());
				case FORCE_DIRECTORY -> unforced.clear();
				case WRITE -> assertThat(unforced).as("names not forced before " + call).doesNotContain(call.name());
				default -> {
					// Relies on no name.
				}
			}
		}
		assertThat(unforced).isEmpty();
	}

	@Test
	@Tag("R102")
	void readOnlyFileSystemIsRefusedAtOpen() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			log.append(bytes("a"));
		}
		long before = this.disk.fingerprint();
		this.disk.inject(DiskFaults.failing((call) -> call.kind() == Kind.LOCK, DiskFaults::readOnly));
		assertThatExceptionOfType(WalDirectoryException.class).isThrownBy(() -> open(ONE_SEGMENT))
			.withMessageContaining("lock file");
		this.disk.heal();
		this.disk.inject(
				DiskFaults.failing((call) -> call.kind().changes() || call.kind() == Kind.OPEN, DiskFaults::readOnly));
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> open(ONE_SEGMENT))
			.withMessageContaining("Read-only file system");
		assertThat(this.disk.fingerprint()).isEqualTo(before);
		assertThat(this.disk.isLocked()).isFalse();
		assertThat(this.disk.openFiles()).isZero();
		this.disk.heal();
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			assertThat(texts(log)).containsExactly("a");
		}
	}

	@Test
	@Tag("R102")
	@Tag("Rule6")
	void failedOpenReleasesEverythingAndHarmsNothing() {
		for (int nth = 1;; nth++) {
			SimulatedDisk disk = tornDisk();
			DiskFaults.Once fault = DiskFaults.once(nth,
					(call) -> call.kind() != Kind.CLOSE && call.kind() != Kind.UNLOCK, DiskFaults::inputOutputError);
			disk.inject(fault);
			try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk)) {
				assertThat(log.lastLsn()).isEqualTo(new Lsn(4));
				if (fault.struck() == null) {
					assertThat(nth).isGreaterThan(20);
					return;
				}
			}
			catch (WalIoException | WalDirectoryException | WalFailedException ex) {
				assertThat(ex).hasRootCauseMessage("Input/output error");
			}
			assertThat(disk.isLocked()).isFalse();
			assertThat(disk.openFiles()).as("open files after " + fault.struck() + " failed").isZero();
			disk.heal();
			SimulatedDisk after = disk.powerLossOfEverythingUnforced();
			for (SimulatedDisk next : List.of(disk, after)) {
				try (SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, next)) {
					assertThat(log.lastLsn()).isEqualTo(new Lsn(4));
				}
			}
		}
	}

	/**
	 * Return a disk with several segments, the last one with a torn tail, a next one, and
	 * a file that was being created.
	 */
	private static SimulatedDisk tornDisk() {
		SimulatedDisk disk = new SimulatedDisk();
		SegmentedLog log = LogOpener.open(SMALL_SEGMENTS, disk);
		for (int i = 0; i < 4; i++) {
			log.append(new byte[2000]);
		}
		await().until(() -> disk.has(SegmentName.of(5)));
		disk.inject(DiskFaults.shortWrites(20))
			.inject(DiskFaults.once(3, call(Kind.WRITE, SegmentName.of(4)), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(() -> log.append(bytes("torn")));
		SimulatedDisk killed = disk.processCrash();
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
		return killed;
	}

	@Test
	@Tag("R83")
	void checkpointThatCannotBeStoredChangesNothing() {
		for (Kind kind : List.of(Kind.CREATE, Kind.WRITE, Kind.FORCE, Kind.RENAME, Kind.FORCE_DIRECTORY)) {
			SimulatedDisk disk = new SimulatedDisk();
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				log.append(bytes("a"));
				log.rotate();
				log.append(bytes("b"));
				String name = (kind == Kind.FORCE_DIRECTORY) ? "" : "checkpoint.new";
				disk.inject(DiskFaults.once(1, call(kind, name), DiskFaults::inputOutputError));
				assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(1)))
					.withMessageContaining("store the checkpoint");
				assertThat(log.checkpointLsn()).isEqualTo(Lsn.NONE);
				assertThat(log.segmentCount()).isEqualTo(2);
				assertThat(log.append(bytes("c"))).isEqualTo(new Lsn(3));
				assertThat(Deletions.byCheckpoint(log, new Lsn(1))).isOne();
				assertThat(log.checkpointLsn()).isEqualTo(new Lsn(1));
			}
			assertThat(disk.openFiles()).isZero();
			try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, disk)) {
				assertThat(texts(log)).containsExactly("b", "c");
				assertThat(log.checkpointLsn()).isEqualTo(new Lsn(1));
			}
		}
	}

	@Test
	@Tag("R83")
	@Tag("Rule10")
	void unforcedCheckpointIsStoredAgainBeforeAnythingIsDeleted() {
		SegmentedLog log = open(ONE_SEGMENT);
		log.append(bytes("a"));
		log.rotate();
		log.append(bytes("b"));
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE_DIRECTORY, ""), DiskFaults::inputOutputError));
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(1)));
		SimulatedDisk killed = this.disk.processCrash();
		log.close();
		try (SegmentedLog reopened = LogOpener.open(ONE_SEGMENT, killed)) {
			assertThat(reopened.checkpointLsn()).isEqualTo(new Lsn(1));
			assertThat(Deletions.byCheckpoint(reopened, new Lsn(1))).isOne();
			SimulatedDisk after = killed.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(texts(later)).containsExactly("b");
			}
		}
	}

	@Test
	@Tag("R84")
	void segmentThatCannotBeDeletedIsDeletedByTheNextCheckpoint() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			for (int i = 0; i < 3; i++) {
				log.append(bytes("a"));
				log.rotate();
			}
			this.disk.inject(DiskFaults.once(2, call(Kind.DELETE, ""), DiskFaults::permissionDenied));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(3)))
				.withMessageContaining("delete");
			assertThat(log.checkpointLsn()).isEqualTo(new Lsn(3));
			assertThat(log.segmentCount()).isEqualTo(3);
			assertThat(log.append(bytes("b"))).isEqualTo(new Lsn(4));
			assertThat(Deletions.byCheckpoint(log, new Lsn(3))).isEqualTo(2);
		}
	}

	@Test
	@Tag("R84")
	void deletionThatCouldNotBeForcedIsHarmless() {
		try (SegmentedLog log = open(ONE_SEGMENT)) {
			for (int i = 0; i < 3; i++) {
				log.append(bytes("a"));
				log.rotate();
			}
			this.disk.inject(DiskFaults.once(2, call(Kind.FORCE_DIRECTORY, ""), DiskFaults::inputOutputError));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> log.checkpoint(new Lsn(3)));
			assertThat(Deletions.byCheckpoint(log, new Lsn(3))).isEqualTo(2);
			log.append(bytes("b"));
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(texts(later)).containsExactly("b");
			}
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
		await().until(() -> log.status().state() == WalState.FAILED);
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("D25")
	@Tag("R103")
	void intervalForceThatFailsFailsTheLog() {
		SegmentedLog log = open(ONE_SEGMENT);
		this.disk.inject(DiskFaults.once(1, call(Kind.FORCE, FIRST), DiskFaults::inputOutputError));
		log.append(bytes("a"), SyncPolicy.interval(Duration.ofMillis(1)));
		await().until(() -> log.status().state() == WalState.FAILED);
		assertFailed(log, Lsn.NONE);
	}

	@Test
	@Tag("R101")
	void closeThatFailsReleasesEverything() {
		for (Kind kind : List.of(Kind.WRITE, Kind.FORCE)) {
			SimulatedDisk disk = new SimulatedDisk();
			SegmentedLog log = LogOpener.open(PREALLOCATED, disk);
			log.append(bytes("a"));
			await().until(() -> disk.content(FIRST).length == 64 * 1024);
			disk.inject(DiskFaults.once(1, call(kind, FIRST), DiskFaults::inputOutputError));
			assertThatExceptionOfType(WalFailedException.class).isThrownBy(log::close);
			assertThat(disk.openFiles()).isZero();
			assertThat(disk.isLocked()).isFalse();
			try (SegmentedLog reopened = LogOpener.open(PREALLOCATED, disk)) {
				assertThat(texts(reopened)).containsExactly("a");
			}
		}
	}

}
