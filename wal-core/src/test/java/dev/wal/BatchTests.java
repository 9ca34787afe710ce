// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for appending several records as one unit.
 */
class BatchTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(64 * 1024).preallocate(false);
	}

	private static List<byte[]> payloads(int count, int size) {
		List<byte[]> payloads = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			payloads.add(TestRecords.payload(size, i));
		}
		return payloads;
	}

	@Test
	@Tag("R33")
	void batchGetsConsecutiveLsnsAndOneForce() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(new byte[0]);
			long forces = wal.status().statistics().forces();
			LsnRange range = wal.appendAll(payloads(10, 100));
			assertThat(range).isEqualTo(new LsnRange(Lsn.of(2), Lsn.of(11)));
			assertThat(range.count()).isEqualTo(10);
			assertThat(range).hasToString("2 to 11");
			assertThat(wal.status().statistics().forces()).isEqualTo(forces + 1);
			assertThat(wal.status().statistics().blocks()).isEqualTo(2);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(11));
		}
	}

	@Test
	@Tag("R33")
	void emptyBatchDoesNothing() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.appendAll(List.of())).isEqualTo(LsnRange.EMPTY);
			assertThat(wal.appendAll(new WalBatch())).isEqualTo(LsnRange.EMPTY);
			assertThat(LsnRange.EMPTY.count()).isZero();
			assertThat(LsnRange.EMPTY).hasToString("none");
			assertThat(wal.status().statistics().forces()).isZero();
			assertThat(wal.lastLsn()).isEqualTo(Lsn.NONE);
		}
	}

	@Test
	@Tag("R22")
	@Tag("R33")
	void batchKeepsTypesAndOrder() {
		try (LocalWriteAheadLog wal = log().open()) {
			WalBatch batch = new WalBatch().add(TestRecords.text("a"))
				.add(200, TestRecords.text("b"))
				.add(3, java.nio.ByteBuffer.wrap(TestRecords.text("xcx"), 1, 1));
			assertThat(batch.size()).isEqualTo(3);
			wal.appendAll(batch, SyncPolicy.none());
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
			wal.sync();
			assertThat(TestRecords.texts(wal)).containsExactly("a", "b", "c");
			assertThat(TestRecords.readAll(wal)).extracting(WalRecord::type).containsExactly(0, 200, 3);
		}
	}

	@Test
	@Tag("R25")
	@Tag("R29")
	void batchLargerThanBufferAndSegmentIsOneUnitInOneSegment() {
		try (LocalWriteAheadLog wal = log().segmentSize(8 * 1024).writeBufferSize(4096).open()) {
			wal.append(TestRecords.text("before"));
			LsnRange range = wal.appendAll(payloads(50, 1000));
			wal.append(TestRecords.text("after"));
			assertThat(wal.segments()).hasSize(3);
			assertThat(wal.segments().get(1).firstLsn()).isEqualTo(range.first());
			assertThat(wal.segments().get(1).lastLsn()).isEqualTo(range.last());
			assertThat(TestRecords.readAll(wal)).hasSize(52);
		}
	}

	@Test
	@Tag("R24")
	@Tag("R33")
	void batchAboveTheLimitIsRefusedAndChangesNothing() {
		try (LocalWriteAheadLog wal = log().maxRecordSize(100).maxBatchSize(1050).open()) {
			assertThat(wal.appendAll(payloads(10, 100)).count()).isEqualTo(10);
			assertThatExceptionOfType(WalRecordTooLargeException.class)
				.isThrownBy(() -> wal.appendAll(payloads(11, 100)))
				.withMessageContainingAll("batch", "1155", "1050", "max-batch-size");
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(10));
		}
	}

	@Test
	@Tag("R29")
	void batchIsThereWhollyOrNotAtAllWhereverItsWriteWasCut() {
		Path crashed;
		long start;
		long end;
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			start = wal.segments().get(0).length();
			wal.appendAll(WalBatch.of(payloads(3, 5)), SyncPolicy.none());
			crashed = TestFiles.copy(wal.options().directory(), this.temp.resolve("crashed"));
			wal.sync();
			end = wal.segments().get(0).length();
		}
		for (int size = (int) start; size <= end; size++) {
			Path cut = TestFiles.copy(crashed, this.temp.resolve("cut-" + size));
			TestFiles.cut(TestFiles.segment(cut, 1), size);
			try (LocalWriteAheadLog wal = WriteAheadLog.builder(cut).preallocate(false).open()) {
				int records = (size == end) ? 6 : 3;
				assertThat(TestRecords.readAll(wal)).as("cut at " + size).hasSize(records);
				assertThat(wal.append(new byte[0])).isEqualTo(Lsn.of(records + 1));
			}
		}
	}

	@Test
	@Tag("R29")
	@Tag("R34")
	void batchesOfManyThreadsAreNotInterleaved() throws InterruptedException {
		try (LocalWriteAheadLog wal = log().segmentSize(16 * 1024).open()) {
			List<Thread> threads = new ArrayList<>();
			for (int t = 0; t < 8; t++) {
				String name = String.valueOf(t);
				threads.add(new Thread(() -> {
					for (int i = 0; i < 50; i++) {
						byte[] payload = TestRecords.text(name + ":" + i);
						LsnRange range = wal.appendAll(List.of(payload, payload, payload));
						assertThat(range.count()).isEqualTo(3);
					}
				}));
			}
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			List<String> texts = TestRecords.texts(wal);
			assertThat(texts).hasSize(8 * 50 * 3);
			for (int i = 0; i < texts.size(); i += 3) {
				assertThat(texts.subList(i, i + 3)).containsOnly(texts.get(i));
			}
		}
	}

}
