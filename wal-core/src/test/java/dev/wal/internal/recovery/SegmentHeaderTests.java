// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.Arrays;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.WalCorruptedException;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestControl;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.tools.TestRepair;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a damaged page of a segment header costs no record, and what shows that a
 * segment was written to.
 */
@Tag("R5")
@Tag("R62")
class SegmentHeaderTests {

	private final Map<String, byte[]> closed = TestLogs.closed();

	private void damage(long number, int... copies) {
		for (int copy : copies) {
			TestLogs.flip(this.closed.get(SegmentName.of(number)), (copy + 41) * 8L);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void oneBadCopyIsWrittenAgain(long number) {
		for (int copy : new int[] { 0, Format.HEADER_COPY_SIZE }) {
			Map<String, byte[]> intact = TestLogs.copy(this.closed);
			damage(number, copy);
			BytesStorage storage = new BytesStorage(this.closed);
			try (SegmentedLog wal = TestLogs.open(storage)) {
				assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
				assertThat(wal.localRecovery().restoredHeaders()).isEqualTo(1);
			}
			assertThat(storage.files().get(SegmentName.of(number))).isEqualTo(intact.get(SegmentName.of(number)));
			this.closed.putAll(intact);
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	@Tag("R64")
	void repairKeepsEveryRecordWithoutBothCopies(long number) throws Exception {
		damage(number, 0, Format.HEADER_COPY_SIZE);
		BytesStorage storage = new BytesStorage(this.closed);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.open(storage))
			.withMessageContaining("wal repair")
			.satisfies((ex) -> assertThat(ex.lost().count()).isZero());
		TestRepair.run(storage);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			assertThat(wal.localRecovery().restoredHeaders()).isZero();
		}
	}

	@Test
	@Tag("R63")
	void whatAnUnreadableHeaderLeavesOpenIsCalledAnUpperBound() {
		Map<String, byte[]> killed = TestLogs.killed();
		assertThat(TestControl.read(killed).end().segment()).isEqualTo(2);
		byte[] last = killed.get(SegmentName.of(3));
		TestLogs.flip(last, 41 * 8L);
		TestLogs.flip(last, (Format.HEADER_COPY_SIZE + 41) * 8L);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.open(new BytesStorage(killed)))
			.withMessageContaining("the highest LSN is an upper bound")
			.satisfies((ex) -> {
				assertThat(ex.lost().first()).isEqualTo(Lsn.of(9));
				assertThat(ex.lost().last().value()).isGreaterThan(12);
			});
	}

	@Test
	void repairKeepsEveryRecordWithoutAnyHeader() throws Exception {
		for (long number = 1; number <= 3; number++) {
			damage(number, 0, Format.HEADER_COPY_SIZE);
		}
		BytesStorage storage = new BytesStorage(this.closed);
		TestRepair.run(storage);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).contains(9L, 10L, 11L, 12L);
		}
	}

	@Test
	void twoSoundCopiesThatDifferAreDamage() {
		byte[] segment = this.closed.get(SegmentName.of(2));
		SegmentHeader header = SegmentHeader.decode(Format.buffer(segment.length).put(0, segment));
		SegmentHeader other = new SegmentHeader(header.version(), header.logId(), header.number(), header.salt() + 1,
				header.created(), header.owner(), header.numberBefore(), header.saltBefore(), header.zeroedTo());
		other.encode().get(0, segment, 0, Format.HEADER_COPY_SIZE);
		assertThatExceptionOfType(WalCorruptedException.class)
			.isThrownBy(() -> TestLogs.open(new BytesStorage(this.closed)))
			.withMessageContaining("no copy of the segment header can be relied on");
	}

	@Test
	@Tag("R59")
	void garbageInAnUnusedSegmentDoesNotMakeATornTailDamage() {
		Map<String, byte[]> log = tornBefore(Format.SEGMENT_HEADER_SIZE, Format.SEGMENT_HEADER_SIZE + 1000);
		BytesStorage storage = new BytesStorage(log);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 11));
			TestLogs.append(wal, 1);
			wal.rotate();
			TestLogs.append(wal, 1);
		}
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 13));
		}
	}

	@Test
	void aByteWhereTheFileWasForcedAsZerosShowsThatTheLogWentOn() {
		Map<String, byte[]> log = tornBefore(TestLogs.SEGMENT_SIZE, Format.SEGMENT_HEADER_SIZE + 1000);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.open(new BytesStorage(log)))
			.withMessageContaining("the log continues in the next segment");
		Map<String, byte[]> beyond = tornBefore(Format.SEGMENT_HEADER_SIZE + 512, Format.SEGMENT_HEADER_SIZE + 1000);
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(beyond))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 11));
		}
	}

	/**
	 * Return a killed log whose last block is torn, with a next segment that has garbage
	 * in it.
	 */
	private static Map<String, byte[]> tornBefore(long zeroedTo, int garbageAt) {
		Map<String, byte[]> log = TestLogs.killed();
		byte[] last = log.get(SegmentName.of(3));
		log.put(SegmentName.of(3), Arrays.copyOf(last, TestLogs.block(last, 12).end() - 8));
		SegmentHeader before = SegmentHeader.decode(Format.buffer(last.length).put(0, last));
		SegmentHeader next = new SegmentHeader(Format.VERSION, before.logId(), 4, 4711, 0, before.owner(), 3,
				before.salt(), zeroedTo);
		byte[] spare = Arrays.copyOf(TestLogs.bytes(next.encode()), TestLogs.SEGMENT_SIZE);
		Arrays.fill(spare, garbageAt, garbageAt + 100, (byte) 0x5A);
		log.put(SegmentName.of(4), spare);
		return log;
	}

}
