// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LocalWriteAheadLog#reset(Lsn)}.
 */
class ResetTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false);
	}

	@Test
	@Tag("R86")
	@Tag("D14")
	@Tag("Rule2")
	void resetDeletesEverythingUpToTheFenceAndLsnsContinue() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			assertThat(Deletions.byReset(wal, Lsn.of(3))).isEqualTo(1);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(3));
			assertThat(TestRecords.readAll(wal)).isEmpty();
			assertThat(wal.append(TestRecords.text("4"))).isEqualTo(Lsn.of(4));
			assertThat(Deletions.byReset(wal, Lsn.of(4))).isEqualTo(1);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.readAll(wal)).isEmpty();
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(4));
			assertThat(wal.append(TestRecords.text("5"))).isEqualTo(Lsn.of(5));
			assertThat(TestRecords.texts(wal)).containsExactly("5");
		}
	}

	@Test
	@Tag("R86")
	void recordsAboveTheFenceStay() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.rotate();
			TestRecords.appendNumbers(wal, 3, 4);
			assertThat(Deletions.byReset(wal, Lsn.of(3))).isEqualTo(1);
			assertThat(TestRecords.texts(wal)).contains("4").doesNotContain("2");
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(3));
		}
	}

	@Test
	@Tag("R86")
	void fenceAboveTheDurableLsnIsRefusedAndChangesNothing() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.sync();
			TestRecords.appendNumbers(wal, 3, 3);
			for (long fence : new long[] { 3, 4, Long.MAX_VALUE, -1 }) {
				assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.reset(Lsn.of(fence)));
			}
			assertThat(wal.segmentCount()).isEqualTo(1);
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
		}
	}

	@Test
	@Tag("R86")
	void resetOfAnEmptyLogDoesNothing() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(Deletions.byReset(wal, Lsn.NONE)).isZero();
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R86")
	@Tag("D16")
	void appendsBesideResetsAreNeitherLostNorRepeated() throws InterruptedException {
		List<Long> applied = new ArrayList<>();
		try (LocalWriteAheadLog wal = log().open()) {
			Thread writer = new Thread(() -> {
				for (int i = 1; i <= 600; i++) {
					wal.append(new byte[50]);
				}
			});
			writer.start();
			long next = 1;
			while (next <= 600) {
				for (WalRecord record : TestRecords.readFrom(wal, Lsn.of(next))) {
					applied.add(record.lsn().value());
					next = record.lsn().value() + 1;
				}
				wal.reset(Lsn.of(next - 1));
			}
			writer.join();
		}
		assertThat(applied).hasSize(600).isSorted().doesNotHaveDuplicates();
	}

}
