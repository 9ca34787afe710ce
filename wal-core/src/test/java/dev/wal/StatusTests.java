// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalStatus}, {@link WalStatistics} and {@link WalObserver}.
 */
@Timeout(60)
class StatusTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(12 * 1024).preallocate(false);
	}

	@Test
	@Tag("R41")
	@Tag("R80")
	void positionsSegmentsAndBytesAreKnown() throws Exception {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
			TestRecords.appendNumbers(wal, 1, 3);
			wal.rotate();
			TestRecords.appendNumbers(wal, 4, 6);
			wal.sync();
			wal.checkpoint(Lsn.of(3));
			wal.append(new byte[0]);
			WalStatus status = wal.status();
			assertThat(status.backend()).isEqualTo("local");
			assertThat(status.location()).isEqualTo(this.temp.resolve("log").toString());
			assertThat(status.firstLsn()).isEqualTo(wal.firstLsn()).isEqualTo(Lsn.of(4));
			assertThat(status.lastLsn()).isEqualTo(wal.lastLsn()).isEqualTo(Lsn.of(7));
			assertThat(status.durableLsn()).isEqualTo(wal.durableLsn()).isEqualTo(Lsn.of(6));
			assertThat(status.checkpointLsn()).isEqualTo(wal.checkpointLsn()).isEqualTo(Lsn.of(3));
			LocalStatus local = wal.localStatus();
			assertThat(local.directory()).isEqualTo(this.temp.resolve("log"));
			assertThat(local.segmentCount()).isEqualTo(wal.segmentCount()).isEqualTo(1);
			// With the next segment, which the log prepares.
			await().untilAsserted(() -> assertThat(wal.localStatus().sizeOnDisk()).isEqualTo(wal.sizeOnDisk())
				.isEqualTo(Files.size(TestFiles.segment(local.directory(), 2))
						+ Files.size(TestFiles.segment(local.directory(), 3))));
			assertThat(local.usableSpace()).isPositive();
			assertThat(status.oldestUnsynced()).isPositive();
			assertThat(status.failure()).isNull();
			assertThat(status.openReaders()).isZero();
		}
	}

	@Test
	@Tag("R96")
	void statisticsCountWhatWasDoneAcrossRotation() throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 0; i < 30; i++) {
				wal.append(new byte[1000]);
			}
			wal.appendAll(List.of(new byte[10], new byte[20]));
			WalStatistics statistics = wal.status().statistics();
			assertThat(statistics.appendedRecords()).isEqualTo(32);
			assertThat(statistics.appendedBytes()).isEqualTo(30_030);
			assertThat(statistics.blocks()).isEqualTo(31);
			assertThat(statistics.rotations()).isEqualTo(wal.segmentCount() - 1).isPositive();
			assertThat(statistics.forces()).isGreaterThanOrEqualTo(31);
			assertThat(statistics.forceTime()).isPositive();
			long headers = 8192L * wal.segmentCount();
			assertThat(statistics.writtenBytes())
				.isEqualTo(wal.segments().stream().mapToLong(SegmentInfo::length).sum() - headers);
			assertThat(statistics.deletedSegments()).isZero();
			assertThat(statistics.rejectedAppends()).isZero();
			assertThat(statistics.failures()).isZero();
			wal.checkpoint(wal.lastLsn());
			assertThat(wal.status().statistics().deletedSegments()).isEqualTo(statistics.rotations());
			assertThat(wal.status().statistics().appendedRecords()).isEqualTo(32);
		}
	}

	@Test
	@Tag("R96")
	void observerIsToldOfAppendsWritesAndForces() {
		AtomicLong appended = new AtomicLong();
		AtomicLong bytes = new AtomicLong();
		AtomicLong written = new AtomicLong();
		AtomicLong forced = new AtomicLong();
		try (LocalWriteAheadLog wal = log().observer(new WalObserver() {

			@Override
			public void appended(int records, long size, long nanos) {
				assertThat(nanos).isPositive();
				appended.addAndGet(records);
				bytes.addAndGet(size);
			}

			@Override
			public void written(int records, int size, long nanos) {
				assertThat(size).isPositive();
				written.addAndGet(records);
			}

			@Override
			public void forced(long nanos) {
				assertThat(nanos).isPositive();
				forced.incrementAndGet();
			}

		}).open()) {
			wal.append(new byte[10]);
			wal.append(1, java.nio.ByteBuffer.allocate(20), SyncPolicy.none());
			wal.appendAll(List.of(new byte[30], new byte[40]));
			assertThat(appended).hasValue(4);
			assertThat(bytes).hasValue(100);
			assertThat(written).hasValue(4);
			assertThat(forced).hasValue(wal.status().statistics().forces());
		}
	}

	@Test
	@Tag("R98")
	void statusTakesNoLock() throws Exception {
		SimulatedDisk disk = new SimulatedDisk();
		DiskFaults.Gate force = DiskFaults.gate((call) -> call.is(DiskCall.Kind.FORCE, SegmentName.of(1)));
		try (SegmentedLog wal = LogOpener.open(log().preallocate(true).options(), disk)) {
			wal.append(new byte[10]);
			Awaitility.await().until(() -> disk.content(SegmentName.of(1)).length == 12 * 1024);
			disk.inject(force);
			Thread thread = new Thread(() -> wal.append(new byte[10]));
			thread.start();
			force.awaitArrival();
			assertThat(wal.status().lastLsn()).isEqualTo(Lsn.of(2));
			assertThat(wal.status().durableLsn()).isEqualTo(Lsn.FIRST);
			assertThat(wal.segments()).hasSize(1);
			force.open();
			thread.join();
			assertThat(wal.status().durableLsn()).isEqualTo(Lsn.of(2));
		}
		finally {
			force.open();
		}
	}

	@Test
	@Tag("R57")
	@Tag("R72")
	void recoveryFiguresTellWhatWasFound() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.recoveryReport().lastLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.tailState().isClean()).isTrue();
			assertThat(wal.tailState().expectedLsn()).isEqualTo(Lsn.FIRST);
			for (int i = 1; i <= 40; i++) {
				wal.append(new byte[500], SyncPolicy.none());
			}
			wal.sync();
			wal.checkpoint(Lsn.of(20));
		}
		try (LocalWriteAheadLog wal = log().recoveryScan(RecoveryScan.FULL).open()) {
			RecoveryReport report = wal.recoveryReport();
			assertThat(wal.localRecovery().segments()).isEqualTo(wal.segmentCount());
			assertThat(wal.localRecovery().scannedSegments()).isEqualTo(wal.segmentCount());
			assertThat(report.firstLsn()).isEqualTo(wal.firstLsn());
			assertThat(report.lastLsn()).isEqualTo(Lsn.of(40));
			assertThat(report.scannedRecords()).isEqualTo(41 - report.firstLsn().value());
			assertThat(report.scannedBytes()).isPositive();
			assertThat(report.checkpointLsn()).isEqualTo(Lsn.of(20));
			assertThat(report.provenLsn()).isEqualTo(Lsn.of(40));
			assertThat(report.rewrittenRecords()).isZero();
			assertThat(report.cleanShutdown()).isTrue();
			assertThat(report.duration()).isPositive();
			assertThat(report.damage()).isEmpty();
		}
	}

	@Test
	@Tag("R80")
	@Tag("R101")
	void statusAfterCloseStillAnswers() {
		LocalWriteAheadLog wal = log().open();
		TestRecords.appendNumbers(wal, 1, 3);
		wal.close();
		WalStatus status = wal.status();
		assertThat(status.state()).isEqualTo(WalState.CLOSED);
		assertThat(status.lastLsn()).isEqualTo(Lsn.of(3));
		assertThat(status.durableLsn()).isEqualTo(Lsn.of(3));
		assertThat(status.oldestUnsynced()).isEqualTo(Duration.ZERO);
		assertThat(wal.options().directory()).isEqualTo(wal.localStatus().directory());
	}

	@Test
	@Tag("R98")
	void statusNeverThrows() throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 0; i < 10; i++) {
				wal.append(new byte[100]);
				wal.rotate();
			}
		}
		LocalWriteAheadLog wal = log().open();
		Files.delete(TestFiles.segment(this.temp.resolve("log"), 1));
		Files.delete(TestFiles.segment(this.temp.resolve("log"), 3));
		assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
		assertThat(wal.localStatus().sizeOnDisk()).isPositive();
		wal.close();
		for (Path file : TestFiles.list(this.temp.resolve("log"))) {
			Files.delete(file);
		}
		assertThat(wal.status().state()).isEqualTo(WalState.CLOSED);
		assertThat(wal.localStatus().segmentCount()).isPositive();
	}

	@Test
	@Tag("R98")
	void observerIsToldOfFullDiskAndOfSpace() {
		List<WalState> states = new CopyOnWriteArrayList<>();
		SimulatedDisk disk = new SimulatedDisk();
		try (SegmentedLog wal = LogOpener.open(log().observer(new WalObserver() {

			@Override
			public void stateChanged(WalState state) {
				states.add(state);
			}

		}).options(), disk)) {
			await().untilAsserted(() -> assertThat(states).containsExactly(WalState.OPEN));
			disk.room(0);
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> wal.append(new byte[10]));
			await().untilAsserted(() -> assertThat(states).containsExactly(WalState.OPEN, WalState.FULL));
			disk.room(100_000);
			await().untilAsserted(() -> assertThat(states).endsWith(WalState.FULL, WalState.OPEN));
		}
	}

	@Test
	@Tag("R98")
	void observerThatIsLateLearnsOfTheLastState() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		CountDownLatch arrived = new CountDownLatch(1);
		AtomicReference<WalState> last = new AtomicReference<>();
		SimulatedDisk disk = new SimulatedDisk();
		try (SegmentedLog wal = LogOpener.open(log().segmentSize(1 << 20).observer(new WalObserver() {

			@Override
			public void written(int records, int bytes, long nanos) {
				arrived.countDown();
				try {
					gate.await();
				}
				catch (InterruptedException ex) {
					throw new AssertionError("The log interrupts no thread", ex);
				}
			}

			@Override
			public void stateChanged(WalState state) {
				last.set(state);
			}

		}).options(), disk)) {
			CompletableFuture<Lsn> first = CompletableFuture.supplyAsync(() -> wal.append(new byte[10]));
			arrived.await();
			for (int i = 0; i < 600; i++) {
				// More than the log notes for an observer.
				wal.append(new byte[10], SyncPolicy.none());
			}
			disk.room(0);
			assertThatExceptionOfType(WalFullException.class).isThrownBy(() -> wal.append(new byte[10]));
			gate.countDown();
			await().until(() -> last.get() == WalState.FULL);
			first.join();
		}
		finally {
			gate.countDown();
		}
	}

	@Test
	@Tag("R98")
	void rejectionSaysSinceWhenAndEndsByItself() {
		SimulatedDisk disk = new SimulatedDisk();
		try (SegmentedLog wal = LogOpener.open(log().preallocate(true).options(), disk)) {
			wal.append(new byte[10]);
			assertThat(wal.status().since()).isNull();
			disk.inject(
					DiskFaults.failing((call) -> call.kind() == DiskCall.Kind.CREATE, DiskFaults::tooManyOpenFiles));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> {
				while (true) {
					wal.append(new byte[1000]);
				}
			});
			assertThat(wal.status().state()).isEqualTo(WalState.REJECTING);
			assertThat(wal.status().failure()).hasMessageContaining("Too many open files");
			assertThat(wal.status().since()).isBeforeOrEqualTo(Instant.now());
			disk.heal();
			Awaitility.await().untilAsserted(() -> assertThat(wal.status().state()).isEqualTo(WalState.OPEN));
			assertThat(wal.status().failure()).isNull();
			assertThat(wal.status().since()).isNull();
		}
	}

}
