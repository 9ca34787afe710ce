// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.wal.internal.format.Format;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for going from one segment to the next.
 */
class RotationTests {

	private static final int SIZE = 12 * 1024;

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(SIZE);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Tag("R44")
	@Tag("R52")
	void segmentsNeverExceedTheLimitAlsoWhenClosed(boolean preallocate) throws Exception {
		// Sizes around the one that fills a segment to the last byte.
		for (int size = 3780; size <= 3920; size += 4) {
			Path directory = this.temp.resolve(preallocate + "-" + size);
			WalBuilder log = WriteAheadLog.builder(directory).segmentSize(SIZE).preallocate(preallocate);
			try (LocalWriteAheadLog wal = log.open()) {
				wal.append(new byte[size], SyncPolicy.none());
				wal.append(new byte[3], SyncPolicy.none());
				assertThat(wal.segments()).allMatch((segment) -> segment.length() <= SIZE);
			}
			log.open().close();
			for (Path segment : TestFiles.segments(directory)) {
				assertThat(Files.size(segment)).as(size + " in " + segment).isLessThanOrEqualTo(SIZE);
			}
			try (LocalWalView wal = log.openReadOnly()) {
				assertThat(TestRecords.readAll(wal)).hasSize(2);
			}
		}
	}

	@Test
	@Tag("R52")
	void newSegmentStartsOnlyWhenTheNextRecordDoesNotFit() {
		try (LocalWriteAheadLog wal = log().open()) {
			int segments = 1;
			for (int i = 0; i < 200; i++) {
				long before = wal.segments().get(segments - 1).length();
				wal.append(new byte[300]);
				if (wal.segmentCount() > segments) {
					segments++;
					assertThat(before + 300).isGreaterThan(SIZE - 300);
				}
				assertThat(wal.segmentCount()).isEqualTo(segments);
			}
			assertThat(segments).isGreaterThan(10);
			assertThat(wal.status().statistics().rotations()).isEqualTo(segments - 1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	@Tag("R52")
	void aRecordThatJustFitsDoesNotStartASegment(int excess) throws Exception {
		try (LocalWriteAheadLog wal = log().preallocate(false).open()) {
			wal.append(TestRecords.text("1"));
			long room = SIZE - wal.segments().get(0).length();
			int overhead = Format.BLOCK_HEADER_SIZE + Format.RECORD_HEADER_SIZE + Format.CLOSE_BLOCK_SIZE;
			wal.append(new byte[(int) room - overhead + excess]);
			assertThat(wal.segmentCount()).isEqualTo(1 + excess);
		}
		long size = Files.size(TestFiles.segment(this.temp.resolve("log"), 1));
		assertThat(size == SIZE).as("filled to the last byte").isEqualTo(excess == 0);
	}

	@Test
	@Tag("R53")
	void manualRotationStartsASegmentUnlessTheActiveOneIsEmpty() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.rotate()).isFalse();
			wal.append(TestRecords.text("1"), SyncPolicy.none());
			assertThat(wal.rotate()).isTrue();
			assertThat(wal.durableLsn()).as("what is left is durable").isEqualTo(Lsn.FIRST);
			assertThat(wal.rotate()).isFalse();
			assertThat(wal.rotate()).isFalse();
			assertThat(wal.segmentCount()).isEqualTo(2);
			wal.append(TestRecords.text("2"));
			assertThat(wal.segmentCount()).isEqualTo(2);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.texts(wal)).containsExactly("1", "2");
			assertThat(wal.rotate()).isTrue();
		}
		for (int i = 0; i < 3; i++) {
			try (LocalWriteAheadLog wal = log().open()) {
				assertThat(wal.rotate()).as("still empty after reopening").isFalse();
				assertThat(wal.segmentCount()).isEqualTo(3);
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(2));
			}
		}
	}

	@Test
	@Tag("R54")
	void rotationBySizeCanBeTurnedOff() {
		WalBuilder log = log().segmentSize(0).preallocate(false);
		try (LocalWriteAheadLog wal = log.open()) {
			for (int i = 0; i < 100; i++) {
				wal.append(new byte[10_000], SyncPolicy.none());
			}
			wal.appendAll(List.of(new byte[2_000_000], new byte[1]));
			assertThat(wal.segmentCount()).isEqualTo(1);
			assertThat(wal.rotate()).isTrue();
			wal.append(new byte[10]);
			assertThat(wal.segmentCount()).isEqualTo(2);
		}
		try (LocalWriteAheadLog wal = log.open()) {
			assertThat(TestRecords.readAll(wal)).hasSize(103);
		}
	}

	@Test
	@Tag("R55")
	void segmentThatIsLeftIsDurableUnderEveryPolicy() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			while (wal.segmentCount() == 1) {
				wal.append(new byte[1000]);
			}
			SegmentInfo left = wal.segments().get(0);
			assertThat(wal.durableLsn()).isEqualTo(left.lastLsn());
			assertThat(wal.lastLsn()).isEqualTo(wal.durableLsn().next());
			assertThat(TestRecords.readAll(wal)).hasSize((int) left.lastLsn().value());
		}
	}

	@Test
	@Tag("R57")
	void firstAndLastLsnOfEachSegmentAreKnownAlsoAfterReopening() {
		List<SegmentInfo> before;
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			wal.rotate();
			TestRecords.appendNumbers(wal, 4, 8);
			wal.rotate();
			TestRecords.appendNumbers(wal, 9, 9);
			before = wal.segments();
			assertThat(before).extracting((segment) -> segment.firstLsn().value()).containsExactly(1L, 4L, 9L);
			assertThat(before).extracting((segment) -> segment.lastLsn().value()).containsExactly(3L, 8L, 9L);
			assertThat(before).extracting(SegmentInfo::active).containsExactly(false, false, true);
			assertThat(before).extracting(SegmentInfo::fileName)
				.containsExactly("wal-00000000000000000001.log", "wal-00000000000000000002.log",
						"wal-00000000000000000003.log");
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.segments()).usingRecursiveFieldByFieldElementComparatorIgnoringFields("length")
				.isEqualTo(before);
			assertThat(wal.segments().subList(0, 2)).isEqualTo(before.subList(0, 2));
		}
	}

	@Test
	@Tag("R44")
	void fileOfASegmentThatIsLeftIsCutToItsSize() throws Exception {
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(1 << 20).open()) {
			wal.append(TestRecords.text("1"));
			org.awaitility.Awaitility.await().until(() -> wal.sizeOnDisk() == 1 << 20);
			assertThat(Files.size(TestFiles.segment(wal.options().directory(), 1))).isEqualTo(1 << 20);
			wal.rotate();
			SegmentInfo left = wal.segments().get(0);
			org.awaitility.Awaitility.await()
				.until(() -> Files.size(TestFiles.segment(wal.options().directory(), 1)) == left.length());
		}
	}

	@Test
	@Tag("R44")
	void preallocatedZerosAreACleanEnd() {
		Path crashed;
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(1 << 20).open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			org.awaitility.Awaitility.await().until(() -> wal.sizeOnDisk() == 1 << 20);
			crashed = TestFiles.copy(wal.options().directory(), this.temp.resolve("crashed"));
		}
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(crashed).open()) {
			assertThat(wal.tailState().isClean()).isTrue();
			assertThat(wal.tailState().expectedLsn()).isEqualTo(Lsn.of(4));
			assertThat(TestRecords.texts(wal)).containsExactly("1", "2", "3");
		}
	}

	@Test
	@Tag("R44")
	void preallocationCanBeTurnedOff() throws Exception {
		try (LocalWriteAheadLog wal = log().segmentSize(1 << 20).preallocate(false).open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			assertThat(Files.size(TestFiles.segment(wal.options().directory(), 1)))
				.isEqualTo(wal.segments().get(0).length());
		}
	}

	@Test
	@Tag("R34")
	@Tag("R56")
	@Tag("Rule2")
	void rotationUnderLoadLosesNothing() throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			Thread[] threads = new Thread[4];
			for (int t = 0; t < threads.length; t++) {
				threads[t] = new Thread(() -> {
					for (int i = 0; i < 300; i++) {
						wal.append(new byte[i], (i % 3 == 0) ? SyncPolicy.none() : SyncPolicy.always());
					}
				});
				threads[t].start();
			}
			int rotations = 0;
			while (wal.lastLsn().value() < 1200) {
				rotations += wal.rotate() ? 1 : 0;
			}
			for (Thread thread : threads) {
				thread.join();
			}
			wal.sync();
			assertThat(rotations).isPositive();
			assertThat(TestRecords.lsns(TestRecords.readAll(wal))).hasSize(1200).isSorted().doesNotHaveDuplicates();
		}
		try (LocalWriteAheadLog wal = log().recoveryScan(RecoveryScan.FULL).open()) {
			assertThat(wal.recoveryReport().scannedRecords()).isEqualTo(1200);
			assertThat(TestRecords.lsns(TestRecords.readAll(wal))).hasSize(1200);
		}
	}

}
