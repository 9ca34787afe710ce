// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WriteAheadLog#checkpoint(Lsn)}.
 */
class CheckpointTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false);
	}

	/**
	 * Append ten records, two to a segment, the last segment being active.
	 */
	private static void fiveSegments(LocalWriteAheadLog wal) {
		for (int i = 1; i <= 9; i += 2) {
			TestRecords.appendNumbers(wal, i, i + 1);
			if (i < 9) {
				wal.rotate();
			}
		}
	}

	@Test
	@Tag("R83")
	@Tag("R84")
	void wholeSegmentsUpToTheCheckpointAreDeleted() {
		try (LocalWriteAheadLog wal = log().open()) {
			fiveSegments(wal);
			for (int lsn = 1; lsn <= 10; lsn++) {
				int gone = Math.min(lsn / 2, 4);
				int before = wal.segmentCount();
				assertThat(Deletions.byCheckpoint(wal, Lsn.of(lsn))).isEqualTo(before - (5 - gone));
				assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(lsn));
				assertThat(wal.firstLsn()).isEqualTo(Lsn.of(2 * gone + 1));
				assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(2 * gone + 1, 10));
				for (int i = 1; i <= 5; i++) {
					assertThat(Files.exists(TestFiles.segment(wal.options().directory(), i))).isEqualTo(i > gone);
				}
			}
			assertThat(wal.status().statistics().deletedSegments()).isEqualTo(4);
		}
	}

	@Test
	@Tag("R84")
	void activeSegmentIsNeverDeleted() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(3))).isZero();
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 3));
		}
	}

	@Test
	@Tag("R83")
	void checkpointAboveTheDurableLsnIsRefusedAndChangesNothing() {
		try (LocalWriteAheadLog wal = log().segmentSize(1 << 20).syncPolicy(SyncPolicy.none()).open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.rotate();
			TestRecords.appendNumbers(wal, 3, 4);
			SortedMap<String, String> before = TestFiles.data(wal.options().directory());
			for (long lsn : new long[] { 3, 4, 5, Long.MAX_VALUE }) {
				assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.checkpoint(Lsn.of(lsn)))
					.withMessageContainingAll("LSN " + lsn, "LSN 2")
					.satisfies((ex) -> assertThat(ex.bound()).isEqualTo(Lsn.of(2)));
			}
			assertThat(TestFiles.data(wal.options().directory())).isEqualTo(before);
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
			wal.sync();
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(3))).isEqualTo(1);
		}
	}

	@Test
	@Tag("R83")
	void checkpointIsKeptAcrossRestarts() {
		try (LocalWriteAheadLog wal = log().open()) {
			fiveSegments(wal);
			wal.checkpoint(Lsn.of(5));
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(5));
			assertThat(wal.recoveryReport().checkpointLsn()).isEqualTo(Lsn.of(5));
			assertThat(wal.firstLsn()).isEqualTo(Lsn.of(5));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(6))).isEqualTo(1);
		}
	}

	@Test
	@Tag("R83")
	void checkpointBelowTheLastChangesNothing() {
		try (LocalWriteAheadLog wal = log().open()) {
			fiveSegments(wal);
			wal.checkpoint(Lsn.of(5));
			byte[] file = TestFiles.read(wal.options().directory().resolve("checkpoint"));
			for (long lsn : new long[] { 0, 1, 5 }) {
				assertThat(Deletions.byCheckpoint(wal, Lsn.of(lsn))).isZero();
			}
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(5));
			assertThat(wal.options().directory().resolve("checkpoint")).hasBinaryContent(file);
		}
	}

	@Test
	@Tag("R20")
	@Tag("D5")
	@Tag("D14")
	@Tag("Rule2")
	void nextLsnContinuesAfterEverythingWasCheckpointed() {
		for (int i = 1; i <= 5; i++) {
			try (LocalWriteAheadLog wal = log().open()) {
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(i - 1));
				assertThat(wal.append(TestRecords.text(String.valueOf(i)))).isEqualTo(Lsn.of(i));
				wal.rotate();
				wal.checkpoint(Lsn.of(i));
				assertThat(wal.firstLsn()).isEqualTo(Lsn.NONE);
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(i));
				assertThat(TestRecords.readAll(wal)).isEmpty();
				assertThat(wal.segmentCount()).isEqualTo(1);
			}
			assertThat(TestFiles.segments(this.temp.resolve("log"))).hasSize(1);
		}
		try (LocalWalView wal = log().openReadOnly()) {
			assertThat(wal.firstLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(5));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 2, 5, 8 })
	@Tag("R85")
	@Tag("D13")
	void nothingAboveTheCheckpointIsEverDeleted(long checkpoint) {
		try (LocalWriteAheadLog wal = log().open()) {
			fiveSegments(wal);
			for (int i = 11; i <= 100; i++) {
				wal.checkpoint(Lsn.of(checkpoint));
				wal.append(TestRecords.text(String.valueOf(i)), SyncPolicy.none());
				if (i % 10 == 0) {
					wal.rotate();
				}
			}
			wal.sync();
			wal.checkpoint(Lsn.of(checkpoint));
			assertThat(TestRecords.texts(wal)).containsAll(TestRecords.numbers((int) checkpoint + 1, 100));
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.texts(wal)).containsAll(TestRecords.numbers((int) checkpoint + 1, 100));
		}
	}

	@Test
	@Tag("R84")
	void deleteThatFailsStopsAndIsTriedAgain() throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			fiveSegments(wal);
			Path second = TestFiles.segment(wal.options().directory(), 2);
			byte[] content = TestFiles.read(second);
			// A directory that is not empty cannot be deleted.
			Files.delete(second);
			Files.createDirectories(second.resolve("x"));
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> wal.checkpoint(Lsn.of(8)))
				.withMessageContaining(second.toString());
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(8));
			assertThat(wal.segmentCount()).isEqualTo(4);
			assertThat(TestFiles.segment(wal.options().directory(), 3)).isRegularFile();
			Files.delete(second.resolve("x"));
			Files.delete(second);
			TestFiles.write(second, content);
			assertThat(wal.append(TestRecords.text("11"))).isEqualTo(Lsn.of(11));
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(8))).isEqualTo(3);
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(9, 11));
		}
	}

	@Test
	@Tag("R83")
	void checkpointThatCannotBeStoredDeletesNothing() throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			fiveSegments(wal);
			Path blocked = wal.options().directory().resolve("checkpoint.new");
			Files.createDirectory(blocked);
			assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> wal.checkpoint(Lsn.of(8)))
				.withMessageContaining("checkpoint");
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.segmentCount()).isEqualTo(5);
			Files.delete(blocked);
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(8))).isEqualTo(4);
		}
	}

	@Test
	@Tag("D16")
	void checkpointsBesideAppendsAndReadersLoseNothing() throws Exception {
		try (LocalWriteAheadLog wal = log().open(); WalFollower follower = wal.follow(Lsn.FIRST)) {
			Thread writer = new Thread(() -> {
				for (int i = 1; i <= 1500; i++) {
					wal.append(TestRecords.payload(200, i), SyncPolicy.none());
				}
				wal.sync();
			});
			writer.start();
			for (int i = 1; i <= 1500; i++) {
				WalRecord record = follower.take();
				assertThat(record.lsn()).isEqualTo(Lsn.of(i));
				assertThat(record.bytes()).isEqualTo(TestRecords.payload(200, i));
				if (i % 25 == 0) {
					wal.checkpoint(record.lsn());
				}
			}
			writer.join();
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(1500))).isGreaterThanOrEqualTo(0);
			assertThat(wal.segmentCount()).isEqualTo(1);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.of(1501));
		}
	}

}
