// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WalReader#visitRemaining(WalRecordVisitor)}.
 */
@Timeout(60)
class VisitorTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(12 * 1024).preallocate(false);
	}

	private static String text(ByteBuffer payload) {
		return StandardCharsets.UTF_8.decode(payload).toString();
	}

	@Test
	@Tag("R74")
	void aVisitorSeesWhatTheIteratorReturns() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 1; i <= 300; i += 3) {
				WalBatch batch = new WalBatch();
				for (int j = i; j < i + 3; j++) {
					batch.add(j % (WalRecord.MAX_USER_TYPE + 1), TestRecords.payload(j, j));
				}
				wal.appendAll(batch);
			}
			List<WalRecord> expected = TestRecords.readAll(wal);
			List<WalRecord> seen = new ArrayList<>();
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				long count = reader.visitRemaining((lsn, type, timestamp, payload) -> {
					assertThat(payload.isReadOnly()).isTrue();
					byte[] copy = new byte[payload.remaining()];
					payload.get(copy);
					seen.add(new WalRecord(lsn, type, timestamp, ByteBuffer.wrap(copy)));
				});
				assertThat(count).isEqualTo(300);
				assertThat(reader.position()).isEqualTo(Lsn.of(301));
				assertThat(reader.visitRemaining((lsn, type, timestamp, payload) -> seen.clear())).isZero();
				assertThat(reader.iterator().hasNext()).isFalse();
			}
			assertThat(seen).hasSameSizeAs(expected);
			for (int i = 0; i < seen.size(); i++) {
				assertThat(seen.get(i)).usingRecursiveComparison()
					.ignoringFields("block", "offset")
					.isEqualTo(expected.get(i));
				assertThat(seen.get(i).payload()).isEqualTo(expected.get(i).payload());
			}
		}
	}

	@Test
	@Tag("R74")
	@Tag("R76")
	void iteratorAndVisitorTakeTurnsAndRecordsStayValid() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.appendAll(TestRecords.numbers(1, 9).stream().map(TestRecords::text).toList());
			wal.appendAll(TestRecords.numbers(10, 12).stream().map(TestRecords::text).toList());
			List<String> visited = new ArrayList<>();
			try (WalReader reader = wal.read(Lsn.of(2))) {
				WalRecord second = reader.iterator().next();
				assertThat(reader.iterator().hasNext()).isTrue();
				List<WalRecord> kept = new ArrayList<>();
				assertThatIllegalStateException()
					.isThrownBy(() -> reader.visitRemaining((lsn, type, timestamp, payload) -> {
						visited.add(text(payload));
						if (lsn == 5) {
							throw new IllegalStateException("enough");
						}
					}));
				assertThat(reader.position()).isEqualTo(Lsn.of(6));
				kept.add(reader.iterator().next());
				reader.visitRemaining((lsn, type, timestamp, payload) -> {
					visited.add(text(payload));
					if (lsn == 7) {
						kept.add(reader.iterator().next());
					}
				});
				assertThat(visited).containsExactly("3", "4", "5", "7", "9", "10", "11", "12");
				assertThat(kept).extracting(WalRecord::toText).containsExactly("6", "8");
				assertThat(second.toText()).isEqualTo("2");
			}
		}
	}

	@Test
	@Tag("R74")
	void aReaderThatTheVisitorClosesShowsNoMore() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.appendAll(TestRecords.numbers(1, 9).stream().map(TestRecords::text).toList());
			List<Long> visited = new ArrayList<>();
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				assertThatExceptionOfType(WalClosedException.class)
					.isThrownBy(() -> reader.visitRemaining((lsn, type, timestamp, payload) -> {
						visited.add(lsn);
						reader.close();
					}));
			}
			assertThat(visited).containsExactly(1L);
		}
	}

	@Test
	@Tag("R74")
	void nothingIsAllocatedPerRecord() {
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp.resolve("log"))
			.syncPolicy(SyncPolicy.none())
			.open()) {
			byte[] payload = TestRecords.payload(200, 1);
			for (int i = 0; i < 20_000; i++) {
				wal.append(payload);
			}
			wal.sync();
			com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory
				.getThreadMXBean();
			long[] sum = new long[1];
			WalRecordVisitor visitor = (lsn, type, timestamp, content) -> sum[0] += content.remaining();
			long allocated = Long.MAX_VALUE;
			for (int i = 0; i < 3; i++) {
				try (WalReader reader = wal.read(Lsn.FIRST)) {
					long before = threads.getCurrentThreadAllocatedBytes();
					reader.visitRemaining(visitor);
					allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
				}
			}
			assertThat(sum[0]).isEqualTo(3 * 20_000 * 200L);
			assertThat(allocated).isLessThan(20_000);
		}
	}

}
