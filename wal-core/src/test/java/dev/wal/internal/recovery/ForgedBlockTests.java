// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.wal.CorruptionPolicy;
import dev.wal.WalCorruptedException;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.Refusals;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.fuzz.FuzzedLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that blocks which are not where they belong, and fields that no log writes, are
 * refused, with every byte left as it is.
 */
class ForgedBlockTests {

	private final Map<String, byte[]> log = TestLogs.killed();

	private static String name(long number) {
		return SegmentName.of(number);
	}

	@Test
	@Tag("R69")
	@Tag("D21")
	void swappedBlocksAreRefused() {
		changeBlocks((bytes, first, second) -> {
			byte[] before = bytes.clone();
			System.arraycopy(before, second.offset(), bytes, first.offset(), second.size());
			System.arraycopy(before, first.offset(), bytes, first.offset() + second.size(), first.size());
		});
	}

	@Test
	@Tag("R69")
	@Tag("D21")
	void duplicatedBlocksAreRefused() {
		changeBlocks((bytes, first, second) -> System.arraycopy(bytes.clone(), first.offset(), bytes, second.offset(),
				Math.min(first.size(), second.size())));
	}

	@Test
	@Tag("R62")
	void zeroedBlocksInsideAcknowledgedDataAreRefused() {
		changeBlocks((bytes, first, second) -> Arrays.fill(bytes, first.offset(), first.end(), (byte) 0));
		changeBlocks((bytes, first, second) -> Arrays.fill(bytes, first.offset(), second.end(), (byte) 0));
	}

	@Test
	@Tag("R69")
	void blocksTakenOutAreRefused() {
		changeBlocks((bytes, first, second) -> {
			byte[] before = bytes.clone();
			Arrays.fill(bytes, first.offset(), bytes.length, (byte) 0);
			System.arraycopy(before, first.end(), bytes, first.offset(), before.length - first.end());
		});
	}

	@Test
	@Tag("R6")
	void blocksOfAnotherLogAreRefused() {
		byte[] other = TestLogs.closed().get(name(2));
		changeBlocks((bytes, first, second) -> {
			TestLogs.Block foreign = TestLogs.block(other, 6);
			System.arraycopy(other, foreign.offset(), bytes, first.offset(), Math.min(foreign.size(), first.size()));
		});
	}

	/**
	 * Change any two adjacent data blocks but the last of the log.
	 */
	private void changeBlocks(BlockChange change) {
		for (long number = 1; number <= 3; number++) {
			byte[] segment = this.log.get(name(number));
			List<TestLogs.Block> blocks = TestLogs.blocks(segment);
			for (int i = 1; i < blocks.size() - ((number == 3) ? 2 : 1); i++) {
				TestLogs.Block first = blocks.get(i);
				TestLogs.Block second = blocks.get(i + 1);
				Refusals.refusedAsDamaged(
						TestLogs.with(this.log, name(number), (bytes) -> change.apply(bytes, first, second)));
			}
		}
	}

	@Test
	@Tag("R69")
	@Tag("D21")
	void aJumpARepeatAndAnLsnOfZeroInsideASegmentAreRefused() {
		byte[] segment = this.log.get(name(3));
		int end = TestLogs.block(segment, 12).end();
		for (long lsn : new long[] { 0, -1, Long.MIN_VALUE, 1, 11, 12 }) {
			forge(lsn, 12, end);
		}
		for (long lsn : new long[] { 14, 15, 1000, Long.MAX_VALUE - 10 }) {
			WalCorruptedException ex = forge(lsn, 12, end);
			assertThat(ex.lost()).isEqualTo(Refusals.lsns(13, lsn - 1));
		}
	}

	private WalCorruptedException forge(long firstLsn, long durableLsn, int offset) {
		Map<String, byte[]> files = TestLogs.copy(this.log);
		byte[] grown = Arrays.copyOf(files.get(name(3)), offset + 2 * (Format.BLOCK_HEADER_SIZE + 16));
		int size = dataBlock(grown, offset, firstLsn, Math.min(durableLsn, firstLsn - 1), 1, 9);
		// And one that proves that the forged one was durable.
		dataBlock(grown, offset + size, 13 + 1, 13, 1, 9);
		files.put(name(3), grown);
		return Refusals.refusedAsDamaged(files);
	}

	private static int dataBlock(byte[] segment, int offset, long firstLsn, long durableLsn, int count, int length) {
		ByteBuffer buffer = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
		BlockHeader header = new BlockHeader();
		header.kind = Format.KIND_DATA;
		header.storedLength = length;
		header.decodedLength = length;
		header.firstLsn = firstLsn;
		header.count = count;
		header.durableLsn = durableLsn;
		buffer.putInt(offset + Format.BLOCK_HEADER_SIZE, length - Format.RECORD_HEADER_SIZE);
		header.encode(buffer, offset, TestLogs.salt(segment), new Checksum());
		return header.size();
	}

	@Test
	@Tag("D18")
	@Tag("R67")
	@Tag("Rule12")
	void lengthsBeyondAllBoundsTakeNoMemory() {
		byte[] segment = this.log.get(name(3));
		TestLogs.Block block = TestLogs.block(segment, 10);
		for (int length : new int[] { -1, Integer.MIN_VALUE, Integer.MAX_VALUE, Format.MAX_BODY_SIZE, 1 << 28 }) {
			// With a checksum that is right, and without.
			for (boolean valid : new boolean[] { true, false }) {
				Map<String, byte[]> files = TestLogs.with(this.log, name(3), (bytes) -> {
					ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
					buffer.putInt(block.offset() + 8, length).putInt(block.offset() + 12, length);
					if (valid) {
						buffer.putInt(block.offset() + 52,
								new Checksum().of(TestLogs.salt(bytes), buffer, block.offset(), block.offset() + 52));
					}
				});
				// The heap and the direct memory of the tests are smaller than that.
				long before = directMemory();
				Refusals.refusedAsDamaged(files);
				assertThat(directMemory() - before).isLessThan(8 << 20);
			}
		}
	}

	@Test
	@Tag("D18")
	@Tag("R67")
	void recordLengthsBeyondTheirBlockAreDamage() {
		byte[] segment = this.log.get(name(3));
		for (int length : new int[] { -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 10_000 }) {
			byte[] grown = Arrays.copyOf(segment, segment.length + Format.BLOCK_HEADER_SIZE + 16);
			dataBlock(grown, segment.length, 13, 12, 1, 9);
			ByteBuffer buffer = ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN);
			buffer.putInt(segment.length + Format.BLOCK_HEADER_SIZE, length);
			BlockHeader header = new BlockHeader();
			assertThat(header.decode(buffer, segment.length, TestLogs.salt(segment), new Checksum())).isTrue();
			header.encode(buffer, segment.length, TestLogs.salt(segment), new Checksum());
			this.log.put(name(3), grown);
			try (SegmentedLog wal = TestLogs.open(new BytesStorage(this.log))) {
				assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.read(wal, 13));
			}
		}
	}

	private static long directMemory() {
		return java.lang.management.ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(java.lang.management.BufferPoolMXBean::getTotalCapacity)
			.sum();
	}

	@Test
	@Tag("R63")
	void aRefusalNamesTheSegmentTheOffsetAndTheLsnsThatAreLost() {
		for (long number = 1; number <= 3; number++) {
			byte[] segment = this.log.get(name(number));
			for (TestLogs.Block block : TestLogs.blocks(segment)) {
				if (block.kind() == Format.KIND_DATA && block.firstLsn() < 12) {
					Map<String, byte[]> files = TestLogs.with(this.log, name(number),
							(bytes) -> TestLogs.flip(bytes, block.end() * 8L - 65));
					WalCorruptedException ex = Refusals.refusedAsDamaged(files);
					assertThat(ex.file().orElseThrow()).hasFileName(name(number));
					assertThat(ex.offset()).isEqualTo(block.offset());
					assertThat(ex.lost()).isEqualTo(Refusals.lsns(block.firstLsn(), block.firstLsn()));
				}
			}
		}
	}

	@Test
	@Tag("R83")
	@Tag("D31")
	void aCheckpointThatNoLogReachesIsDamaged() {
		for (long lsn : new long[] { -1, Long.MIN_VALUE, Long.MAX_VALUE, Format.MAX_LSN + 1 }) {
			Map<String, byte[]> files = TestLogs.checkpointed(this.log, lsn);
			assertThat(Refusals.refusedAsDamaged(files).file().orElseThrow()).hasFileName(SegmentName.CHECKPOINT);
			goesOnOrIsRefusedUnderEveryTolerantPolicy(files);
		}
	}

	@Test
	@Tag("R83")
	void aFileThatOnlyHasTheChecksumOfACheckpointIsDamaged() {
		Map<String, byte[]> files = TestLogs.with(this.log, SegmentName.CHECKPOINT, (bytes) -> bytes[0] = 0);
		FuzzedLog.seal(files);
		assertThat(Refusals.refusedAsDamaged(files).file().orElseThrow()).hasFileName(SegmentName.CHECKPOINT);
	}

	@Test
	@Tag("R12")
	@Tag("D31")
	void aStartBlockThatFollowsWhatCannotBeIsDamage() {
		for (long value : new long[] { -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1 }) {
			for (int field = 0; field < Format.START_BODY_SIZE; field += Long.BYTES) {
				int offset = Format.SEGMENT_HEADER_SIZE + Format.BLOCK_HEADER_SIZE + field;
				Map<String, byte[]> files = forged(3, offset, value);
				Refusals.refusedAsDamaged(files);
				goesOnOrIsRefusedUnderEveryTolerantPolicy(files);
			}
		}
	}

	@Test
	@Tag("R12")
	@Tag("D31")
	void aBlockWithAnLsnThatNoLogReachesIsDamage() {
		for (long value : new long[] { -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, Format.MAX_LSN + 1 }) {
			int offset = TestLogs.block(this.log.get(name(3)), 10).offset() + 16;
			Map<String, byte[]> files = forged(3, offset, value);
			Refusals.refusedAsDamaged(files);
			goesOnOrIsRefusedUnderEveryTolerantPolicy(files);
		}
	}

	private Map<String, byte[]> forged(long segment, int offset, long value) {
		Map<String, byte[]> files = TestLogs.with(this.log, name(segment),
				(bytes) -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, value));
		FuzzedLog.seal(files);
		return files;
	}

	private static void goesOnOrIsRefusedUnderEveryTolerantPolicy(Map<String, byte[]> files) {
		for (CorruptionPolicy policy : List.of(CorruptionPolicy.SKIP, CorruptionPolicy.TRUNCATE)) {
			BytesStorage storage = new BytesStorage(files);
			long appended;
			try (SegmentedLog wal = TestLogs.open(storage, policy)) {
				appended = wal.append(new byte[] { 1 }).value();
				assertThat(appended).isBetween(3L, Format.MAX_LSN);
			}
			catch (WalCorruptedException ex) {
				assertThat(ex).hasMessageContaining("no log can reach");
				assertThat(storage.changes()).isZero();
				continue;
			}
			try (SegmentedLog wal = TestLogs.open(storage, policy)) {
				assertThat(wal.append(new byte[] { 2 }).value()).isEqualTo(appended + 1);
			}
		}
	}

	/**
	 * Changes two blocks of a segment.
	 */
	@FunctionalInterface
	private interface BlockChange {

		void apply(byte[] segment, TestLogs.Block first, TestLogs.Block second);

	}

}
