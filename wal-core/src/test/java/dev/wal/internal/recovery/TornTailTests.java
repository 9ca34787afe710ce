// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.RecoveryReport;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import dev.wal.TailState;
import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.BytesStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the end that a crash tears: it is cut, kept, reported, and stays bounded.
 */
class TornTailTests {

	private static final WalOptions PREALLOCATED = TestLogs.builder().preallocate(true).options();

	@Test
	@Tag("R61")
	@Tag("R72")
	void theTailStateTellsWhatWasCutWhereAndWhy() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		byte[] last = log.get(SegmentName.of(3));
		TestLogs.Block torn = TestLogs.block(last, 12);
		TestLogs.flip(last, torn.end() * 8L - 65);
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			TailState tail = wal.tailState();
			assertThat(tail.kind()).isEqualTo(TailState.Kind.TRUNCATED);
			assertThat(tail.place()).isEqualTo(SegmentName.of(3));
			assertThat(tail.offset()).isEqualTo(torn.offset());
			assertThat(tail.expectedLsn()).isEqualTo(Lsn.of(12));
			assertThat(tail.reason()).contains("checksum");
			assertThat(tail.savedAs()).isEqualTo(SegmentName.torn(3, torn.offset(), 0));
			byte[] kept = storage.files().get(tail.savedAs());
			assertThat(kept).hasSize((int) tail.cutBytes())
				.isEqualTo(Arrays.copyOfRange(last, torn.offset(), torn.offset() + kept.length));
			RecoveryReport report = wal.recoveryReport();
			assertThat(wal.localRecovery().segments()).isEqualTo(3);
			assertThat(wal.localRecovery().scannedSegments()).isEqualTo(3);
			assertThat(report.scannedRecords()).isEqualTo(11);
			assertThat(report.firstLsn()).isEqualTo(Lsn.FIRST);
			assertThat(report.lastLsn()).isEqualTo(Lsn.of(11));
			assertThat(report.checkpointLsn()).isEqualTo(Lsn.of(2));
			assertThat(report.provenLsn()).isEqualTo(Lsn.of(10));
			assertThat(report.rewrittenRecords()).isEqualTo(1);
			assertThat(report.cleanShutdown()).isFalse();
			assertThat(report.damage()).isEmpty();
		}
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(wal.tailState().isClean()).isTrue();
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
		}
	}

	@Test
	@Tag("R61")
	void theReasonTellsThatABlockIsMissingBeforeOthers() throws Exception {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = LogOpener.open(PREALLOCATED, storage);
		TestLogs.append(wal, 2);
		TestLogs.append(wal, 2, SyncPolicy.none());
		Map<String, byte[]> killed = storage.files();
		wal.close();
		byte[] segment = killed.get(SegmentName.of(1));
		TestLogs.Block lost = TestLogs.block(segment, 3);
		Arrays.fill(segment, lost.offset(), lost.end(), (byte) 0);
		try (SegmentedLog reopened = LogOpener.open(PREALLOCATED, new BytesStorage(killed))) {
			assertThat(reopened.tailState().offset()).isEqualTo(lost.offset());
			assertThat(reopened.tailState().reason()).isEqualTo("valid blocks follow a missing block");
		}
	}

	@Test
	@Tag("R61")
	void theReasonTellsThatASegmentLacksItsFirstBlock() throws Exception {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = LogOpener.open(PREALLOCATED, storage);
		TestLogs.append(wal, 1);
		wal.append(TestRecords.payload(4000, 2), SyncPolicy.none());
		Map<String, byte[]> killed = storage.files();
		wal.close();
		byte[] second = killed.get(SegmentName.of(2));
		Arrays.fill(second, Format.SEGMENT_HEADER_SIZE, Format.SEGMENT_HEADER_SIZE + 512, (byte) 0);
		try (SegmentedLog reopened = LogOpener.open(PREALLOCATED, new BytesStorage(killed))) {
			assertThat(reopened.lastLsn()).isEqualTo(Lsn.FIRST);
			assertThat(reopened.tailState().place()).isEqualTo(SegmentName.of(2));
			assertThat(reopened.tailState().reason()).isEqualTo("the first block of the segment is missing");
		}
	}

	@Test
	@Tag("R60")
	void tornBytesOfCrashesAtOnePlaceAreAllKeptUpToTheBound() throws Exception {
		BytesStorage storage = new BytesStorage(TestLogs.killed());
		int kept = 0;
		for (int i = 0; i < 20; i++) {
			Map<String, byte[]> files = storage.files();
			byte[] last = files.get(SegmentName.of(3));
			byte[] torn = Arrays.copyOf(last, last.length + 100);
			Arrays.fill(torn, last.length, torn.length, (byte) (i + 1));
			files.put(SegmentName.of(3), torn);
			storage = new BytesStorage(files);
			try (SegmentedLog wal = LogOpener.open(TestLogs.builder().tornBytesKept(1050).options(), storage)) {
				String savedAs = wal.tailState().savedAs();
				assertThat(wal.tailState().cutBytes()).isEqualTo(100);
				if (savedAs != null) {
					kept++;
					assertThat(storage.files().get(savedAs)).containsOnly((byte) (i + 1));
				}
				// As killed, so that the next one tears at the same place.
				files = storage.files();
			}
			storage = new BytesStorage(files);
		}
		assertThat(kept).isEqualTo(10);
		assertThat(storage.files().keySet().stream().filter(SegmentName::isTorn)).hasSize(10);
	}

	@Test
	@Tag("R60")
	void noTornBytesAreKeptIfNoneAreWanted() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		log.computeIfPresent(SegmentName.of(3), (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 3));
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().tornBytesKept(0).options(), storage)) {
			assertThat(wal.tailState().kind()).isEqualTo(TailState.Kind.TRUNCATED);
			assertThat(wal.tailState().savedAs()).isNull();
		}
		assertThat(storage.files().keySet()).noneMatch(SegmentName::isTorn);
	}

	@Test
	@Tag("R59")
	void nothingThatWasCutEverComesBack() throws Exception {
		// Three unforced blocks of which the first is lost: the others are cut with it.
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = LogOpener.open(PREALLOCATED, storage);
		TestLogs.append(wal, 2);
		for (int i = 0; i < 3; i++) {
			wal.append("gone".getBytes(java.nio.charset.StandardCharsets.UTF_8), SyncPolicy.none());
		}
		Map<String, byte[]> files = storage.files();
		wal.close();
		byte[] segment = files.get(SegmentName.of(1));
		TestLogs.flip(segment, TestLogs.block(segment, 3).offset() * 8L);
		for (int count = 0; count < 4; count++) {
			BytesStorage torn = new BytesStorage(files);
			for (int crash = 0; crash < 3; crash++) {
				Map<String, byte[]> killed;
				try (SegmentedLog reopened = LogOpener.open(PREALLOCATED, torn)) {
					TestLogs.append(reopened, count);
					assertThat(TestLogs.read(reopened)).isEqualTo(TestLogs.range(1, 2 + (long) count * (crash + 1)));
					killed = torn.files();
				}
				torn = new BytesStorage(killed);
			}
		}
	}

	@Test
	@Tag("R59")
	void aCrashAtAnyStepOfCuttingATailIsRepairedByTheNextOpen() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		byte[] last = log.get(SegmentName.of(3));
		log.put(SegmentName.of(3), Arrays.copyOf(last, last.length - 5));
		log.put(SegmentName.of(4) + SegmentName.NEW, new byte[100]);
		log.put(SegmentName.CONTROL + SegmentName.NEW, new byte[10]);
		for (int steps = 0; steps < 20; steps++) {
			BytesStorage storage = new BytesStorage(log);
			storage.crashAfter(steps);
			try {
				LogOpener.open(PREALLOCATED, storage).close();
			}
			catch (WalException ex) {
				assertThat(ex).hasMessageContaining("killed");
			}
			BytesStorage next = new BytesStorage(storage.files());
			try (SegmentedLog wal = LogOpener.open(PREALLOCATED, next)) {
				assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 11));
				TestLogs.append(wal, 1);
			}
			assertThat(next.files().keySet()).noneMatch((name) -> name.endsWith(SegmentName.NEW));
		}
	}

	@Test
	@Tag("R60")
	void aCrashLoopNeitherFillsTheDiskNorAddsSegments() throws Exception {
		BytesStorage storage = new BytesStorage(TestLogs.killed());
		WalOptions options = TestLogs.builder().preallocate(true).tornBytesKept(2000).options();
		List<Long> sizes = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			Map<String, byte[]> killed;
			try (SegmentedLog wal = LogOpener.open(options, storage)) {
				wal.append(new byte[300], SyncPolicy.none());
				killed = storage.files();
				sizes.add(killed.values().stream().mapToLong((bytes) -> bytes.length).sum());
				assertThat(wal.segmentCount()).isEqualTo(3);
			}
			byte[] last = killed.get(SegmentName.of(3));
			TestLogs.flip(last, (TestLogs.block(last, 13).end() - 20) * 8L);
			storage = new BytesStorage(killed);
		}
		// Two segments, two preallocated ones, and what is kept.
		assertThat(sizes).allMatch((size) -> size < 5 * TestLogs.SEGMENT_SIZE + 2000);
		try (SegmentedLog wal = LogOpener.open(options, storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
		}
	}

	@Test
	@Tag("R62")
	void aTornTailInFrontOfASegmentThatWasWrittenToIsDamage() throws Exception {
		Map<String, byte[]> log = TestLogs.killed();
		byte[] last = log.get(SegmentName.of(3));
		// The start of the newest is torn, which is legal, but then the one before is
		// whole.
		log.put(SegmentName.of(3), Arrays.copyOf(last, Format.SEGMENT_HEADER_SIZE + 30));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(log))) {
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(8));
		}
		byte[] before = log.get(SegmentName.of(2));
		TestLogs.flip(before, before.length * 8L - 65);
		BytesStorage storage = new BytesStorage(log);
		assertThatExceptionOfType(dev.wal.WalCorruptedException.class).isThrownBy(() -> TestLogs.open(storage))
			.satisfies((ex) -> assertThat(ex.file().orElseThrow()).hasFileName(SegmentName.of(2)));
		assertThat(storage.changes()).isZero();
	}

	@Test
	@Tag("R58")
	@Tag("R73")
	void theScanLevelDecidesWhichOlderSegmentsAreVerified() throws Exception {
		Map<String, byte[]> log = TestLogs.closed();
		assertThat(scanned(log, RecoveryScan.HEADERS)).isEqualTo(1);
		assertThat(scanned(log, RecoveryScan.SINCE_CHECKPOINT)).isEqualTo(3);
		assertThat(scanned(log, RecoveryScan.FULL)).isEqualTo(3);
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = TestLogs.open(storage); dev.wal.WalReader reader = wal.read(Lsn.FIRST)) {
			// The reader keeps the segments that the checkpoint releases.
			wal.checkpoint(Lsn.of(6));
			log = storage.files();
			assertThat(reader.endLsn()).isEqualTo(Lsn.of(12));
		}
		assertThat(scanned(log, RecoveryScan.HEADERS)).isEqualTo(1);
		assertThat(scanned(log, RecoveryScan.SINCE_CHECKPOINT)).isEqualTo(2);
		assertThat(scanned(log, RecoveryScan.FULL)).isEqualTo(3);
		byte[] first = log.get(SegmentName.of(1));
		TestLogs.flip(first, first.length * 8L - 65);
		assertThat(scanned(log, RecoveryScan.SINCE_CHECKPOINT)).isEqualTo(2);
		Map<String, byte[]> damaged = log;
		assertThatExceptionOfType(dev.wal.WalCorruptedException.class)
			.isThrownBy(() -> scanned(damaged, RecoveryScan.FULL));
	}

	private static int scanned(Map<String, byte[]> log, RecoveryScan level) {
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().recoveryScan(level).options(), storage)) {
			return wal.localRecovery().scannedSegments();
		}
	}

	@Test
	@Tag("R70")
	void lsnsGoOnAfterEverythingWasCheckpointed() throws Exception {
		BytesStorage storage = new BytesStorage(TestLogs.closed());
		for (int i = 0; i < 3; i++) {
			try (SegmentedLog wal = TestLogs.open(storage)) {
				wal.reset(wal.lastLsn());
				assertThat(wal.firstLsn()).isEqualTo(Lsn.NONE);
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(12 + i));
			}
			try (SegmentedLog wal = TestLogs.open(storage)) {
				assertThat(wal.append(TestLogs.payload(13 + i)).value()).isEqualTo(13 + i);
			}
		}
	}

}
