// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryScan;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalForeignLogException;
import dev.wal.WalFormatVersionException;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.ReadOnlyLog;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.fuzz.FuzzedLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that segments and blocks which are not where they belong are refused, with every
 * byte left as it is.
 */
class ForgedSegmentTests {

	private final Map<String, byte[]> log = TestLogs.killed();

	private static String name(long number) {
		return SegmentName.of(number);
	}

	@Test
	@Tag("R12")
	@Tag("D21")
	void aMissingMiddleSegmentIsRefused() {
		this.log.remove(name(2));
		WalCorruptedException ex = refusedAsDamaged(this.log);
		assertThat(ex.file().orElseThrow()).hasFileName(name(2));
		assertThat(ex.lost()).isEqualTo(lsns(5, 8));
		assertThat(ex).hasMessageContaining("missing");
	}

	@Test
	@Tag("R12")
	void aMissingFirstSegmentIsRefusedAboveTheCheckpoint() {
		this.log.remove(name(1));
		WalCorruptedException ex = refusedAsDamaged(this.log);
		assertThat(ex.file().orElseThrow()).hasFileName(name(1));
		assertThat(ex.lost()).isEqualTo(lsns(3, 4));
	}

	@Test
	@Tag("R12")
	@Tag("R70")
	void aMissingFirstSegmentIsNormalUpToTheCheckpoint() {
		Map<String, byte[]> released = checkpointed(this.log, 4);
		released.remove(name(1));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(released))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(5, 12));
			assertThat(wal.recoveryReport().damage()).isEmpty();
		}
	}

	@Test
	@Tag("R12")
	@Tag("R84")
	void aFirstSegmentThatCameBackAfterACheckpointIsNormal() {
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(checkpointed(this.log, 8)))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
		}
		Map<String, byte[]> released = checkpointed(this.log, 8);
		released.remove(name(2));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(released))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(9, 12));
		}
	}

	@Test
	@Tag("R12")
	void theSegmentPreparedAfterAMissingOneRevealsIt() {
		Map<String, byte[]> prepared = TestLogs.build(true, (wal) -> TestLogs.append(wal, 4));
		byte[] spare = segment(SegmentHeader.decode(page(prepared.get(name(1)))).logId(), 3, "");
		prepared.put(name(3), spare);
		assertThat(refusedAsDamaged(prepared).file().orElseThrow()).hasFileName(name(2));
	}

	@Test
	@Tag("R12")
	void aLogWithoutAnySegmentIsRefusedIfThereIsACheckpoint() {
		this.log.keySet().removeIf((file) -> !file.equals(SegmentName.CHECKPOINT));
		assertThat(refusedAsDamaged(this.log)).hasMessageContaining("checkpoint at LSN 2");
	}

	@Test
	void aLogThatEndsBelowItsCheckpointIsRefused() {
		Map<String, byte[]> shorter = checkpointed(this.log, 9);
		shorter.remove(name(3));
		WalCorruptedException ex = refusedAsDamaged(shorter);
		assertThat(ex.lost()).isEqualTo(lsns(9, 9));
	}

	@Test
	@Tag("R4")
	void renamedSegmentsAreRefused() {
		for (long from = 1; from <= 3; from++) {
			for (long to = 1; to <= 5; to++) {
				if (to != from) {
					Map<String, byte[]> renamed = TestLogs.copy(this.log);
					renamed.put(name(to), renamed.remove(name(from)));
					refusedAsDamaged(renamed);
				}
			}
		}
	}

	@Test
	@Tag("R4")
	void copiedSegmentsAreRefused() {
		for (long from = 1; from <= 3; from++) {
			for (long to = 1; to <= 5; to++) {
				if (to != from) {
					Map<String, byte[]> copied = TestLogs.copy(this.log);
					copied.put(name(to), copied.get(name(from)));
					refusedAsDamaged(copied);
				}
			}
		}
	}

	@Test
	@Tag("R4")
	void swappedSegmentsAreRefused() {
		for (List<Long> pair : List.of(List.of(1L, 2L), List.of(1L, 3L), List.of(2L, 3L))) {
			Map<String, byte[]> swapped = TestLogs.copy(this.log);
			swapped.put(name(pair.get(0)), this.log.get(name(pair.get(1))));
			swapped.put(name(pair.get(1)), this.log.get(name(pair.get(0))));
			refusedAsDamaged(swapped);
		}
	}

	@Test
	@Tag("R6")
	void segmentsOfAnotherLogAreRefused() {
		Map<String, byte[]> other = TestLogs.killed();
		for (long number = 1; number <= 3; number++) {
			Map<String, byte[]> mixed = TestLogs.copy(this.log);
			mixed.put(name(number), other.get(name(number)));
			for (CorruptionPolicy policy : CorruptionPolicy.values()) {
				refused(mixed, policy, WalForeignLogException.class);
			}
		}
	}

	@Test
	@Tag("R6")
	void theCheckpointOfAnotherLogIsRefused() {
		this.log.put(SegmentName.CHECKPOINT, TestLogs.killed().get(SegmentName.CHECKPOINT));
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			refused(this.log, policy, WalForeignLogException.class);
		}
	}

	@Test
	@Tag("D19")
	@Tag("R6")
	void theLogOfAnotherOwnerIsRefusedForWritingAndReading() {
		BytesStorage storage = new BytesStorage();
		SegmentedLog wal = LogOpener.open(TestLogs.builder().owner("orders").options(), storage);
		TestLogs.append(wal, 2);
		wal.close();
		Map<String, byte[]> files = storage.files();
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			BytesStorage copy = new BytesStorage(files);
			assertThatExceptionOfType(WalForeignLogException.class)
				.isThrownBy(() -> LogOpener.open(TestLogs.builder(policy).owner("billing").options(), copy))
				.withMessageContaining("orders")
				.withMessageContaining("billing");
			assertThatExceptionOfType(WalForeignLogException.class)
				.isThrownBy(() -> ReadOnlyLog.open(copy, TestLogs.builder(policy).owner("billing").options()));
			assertThat(copy.changes()).isZero();
		}
		LogOpener.open(TestLogs.builder().options(), new BytesStorage(files)).close();
	}

	@Test
	@Tag("R63")
	void anOlderCopyOfASealedSegmentIsRefused() {
		// The same segment, from before its last record was written.
		byte[] segment = this.log.get(name(2));
		byte[] older = Arrays.copyOf(segment, TestLogs.block(segment, 8).offset());
		this.log.put(name(2), older);
		assertThat(refusedAsDamaged(this.log).lost()).isEqualTo(lsns(8, 8));
		// Preallocated, it has the size.
		this.log.put(name(2), Arrays.copyOf(older, TestLogs.SEGMENT_SIZE));
		assertThat(refusedAsDamaged(this.log).lost()).isEqualTo(lsns(8, 8));
	}

	@Test
	@Tag("R58")
	@Tag("R63")
	void readingWithoutAFullScanRefusesAnOlderCopyOfASegment() {
		byte[] segment = this.log.get(name(2));
		byte[] older = Arrays.copyOf(segment, TestLogs.block(segment, 8).offset());
		this.log.put(name(2), Arrays.copyOf(older, TestLogs.SEGMENT_SIZE));
		try (LocalWalView view = ReadOnlyLog.open(new BytesStorage(this.log),
				TestLogs.builder().recoveryScan(RecoveryScan.HEADERS).options())) {
			assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> TestLogs.read(view))
				.satisfies((ex) -> assertThat(ex.lost().first()).isEqualTo(Lsn.of(8)));
		}
	}

	@Test
	@Tag("R63")
	void aSegmentOfAnEarlierLifeOfItsNumberIsRefused() {
		UUID logId = SegmentHeader.decode(page(this.log.get(name(2)))).logId();
		for (long number = 1; number <= 3; number++) {
			Map<String, byte[]> files = TestLogs.copy(this.log);
			// The same log and number, another salt: none of the blocks is of this life.
			byte[] earlier = files.get(name(number)).clone();
			System.arraycopy(segment(logId, number, ""), 0, earlier, 0, Format.SEGMENT_HEADER_SIZE);
			files.put(name(number), earlier);
			if (number < 3) {
				refusedAsDamaged(files);
			}
			else {
				// Of the newest segment nothing can be told: as if never written to.
				try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
					assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 8));
					assertThat(wal.tailState().isClean()).isFalse();
				}
			}
		}
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
				refusedAsDamaged(TestLogs.with(this.log, name(number), (bytes) -> change.apply(bytes, first, second)));
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
			assertThat(ex.lost()).isEqualTo(lsns(13, lsn - 1));
		}
	}

	private WalCorruptedException forge(long firstLsn, long durableLsn, int offset) {
		Map<String, byte[]> files = TestLogs.copy(this.log);
		byte[] grown = Arrays.copyOf(files.get(name(3)), offset + 2 * (Format.BLOCK_HEADER_SIZE + 16));
		int size = dataBlock(grown, offset, firstLsn, Math.min(durableLsn, firstLsn - 1), 1, 9);
		// And one that proves that the forged one was durable.
		dataBlock(grown, offset + size, 13 + 1, 13, 1, 9);
		files.put(name(3), grown);
		return refusedAsDamaged(files);
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
	@Tag("R68")
	void aJumpBetweenSegmentsIsRefused() {
		for (long before : new long[] { 7, 9, 11 }) {
			Map<String, byte[]> files = TestLogs.with(this.log, name(3), (bytes) -> {
				int end = this.log.get(name(2)).length;
				new StartBlock(9, 2, before, end).encode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
						Format.SEGMENT_HEADER_SIZE, TestLogs.salt(bytes), 0, 8, new Checksum());
			});
			refusedAsDamaged(files);
		}
	}

	@Test
	void aSegmentThatSaysToFollowItselfOrALaterOneIsRefused() {
		for (long before : new long[] { 3, 4, Long.MAX_VALUE, -1 }) {
			Map<String, byte[]> files = TestLogs.with(this.log, name(3),
					(bytes) -> new StartBlock(9, before, 8, 4096).encode(
							ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), Format.SEGMENT_HEADER_SIZE,
							TestLogs.salt(bytes), 0, 8, new Checksum()));
			refusedAsDamaged(files);
			for (CorruptionPolicy policy : List.of(CorruptionPolicy.TRUNCATE, CorruptionPolicy.SKIP)) {
				TestLogs.open(new BytesStorage(files), policy).close();
			}
		}
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
				refusedAsDamaged(files);
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
	@Tag("R7")
	void aNewerFormatVersionIsRefusedWithBothVersionsNamed() {
		for (long number = 1; number <= 3; number++) {
			Map<String, byte[]> newer = TestLogs.with(this.log, name(number), version(7, Format.SEGMENT_HEADER_SIZE));
			for (CorruptionPolicy policy : CorruptionPolicy.values()) {
				assertThat(refused(newer, policy, WalFormatVersionException.class)).hasMessageContaining("7")
					.hasMessageContaining(String.valueOf(Format.VERSION))
					.hasMessageContaining(name(number));
			}
		}
		Map<String, byte[]> newer = TestLogs.with(this.log, SegmentName.CHECKPOINT, version(9, 64));
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			assertThat(refused(newer, policy, WalFormatVersionException.class)).hasMessageContaining("9");
		}
	}

	private static Consumer<byte[]> version(int version, int size) {
		return (bytes) -> {
			ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
			buffer.putInt(8, version);
			buffer.putInt(size - 4, new Checksum().of(buffer, 0, size - 4));
		};
	}

	/**
	 * What nobody can tell from a crash: nothing on the disk says that it was there.
	 */
	@Test
	@Tag("R62")
	void whatNothingElseTellsOfIsTakenForTheEndOfTheLog() {
		// The newest segment is gone, or an older copy of it came back.
		Map<String, byte[]> shorter = TestLogs.closed();
		byte[] last = shorter.remove(name(3));
		assertThat(lastLsn(shorter)).isEqualTo(8);
		shorter.put(name(3), Arrays.copyOf(last, TestLogs.block(last, 11).end()));
		assertThat(lastLsn(shorter)).isEqualTo(11);
		// The start block and the one block behind it were forced apart, but look as if
		// written together.
		Map<String, byte[]> single = TestLogs.build(false, (wal) -> {
			TestLogs.append(wal, 4);
			wal.rotate();
			TestLogs.append(wal, 1);
		});
		TestLogs.flip(single.get(name(2)), (Format.SEGMENT_HEADER_SIZE + 33) * 8L);
		assertThat(lastLsn(single)).isEqualTo(4);
	}

	@Test
	@Tag("R62")
	void aCheckpointOrACloseTellsOfWhatIsMissingAtTheEnd() {
		Map<String, byte[]> shorter = checkpointed(TestLogs.closed(), 12);
		byte[] last = shorter.remove(name(3));
		assertThat(refusedAsDamaged(shorter).lost()).isEqualTo(lsns(9, 12));
		shorter.put(name(3), Arrays.copyOf(last, TestLogs.block(last, 11).end()));
		assertThat(refusedAsDamaged(shorter).lost()).isEqualTo(lsns(12, 12));
		Map<String, byte[]> single = TestLogs.build(true, (wal) -> {
			TestLogs.append(wal, 4);
			wal.rotate();
			TestLogs.append(wal, 1);
		});
		TestLogs.flip(single.get(name(2)), (Format.SEGMENT_HEADER_SIZE + 33) * 8L);
		WalCorruptedException ex = refusedAsDamaged(single);
		assertThat(ex.file().orElseThrow()).hasFileName(name(2));
		assertThat(ex.offset()).isEqualTo(Format.SEGMENT_HEADER_SIZE);
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
					WalCorruptedException ex = refusedAsDamaged(files);
					assertThat(ex.file().orElseThrow()).hasFileName(name(number));
					assertThat(ex.offset()).isEqualTo(block.offset());
					assertThat(ex.lost()).isEqualTo(lsns(block.firstLsn(), block.firstLsn()));
				}
			}
		}
	}

	@Test
	@Tag("R83")
	@Tag("D31")
	void aCheckpointThatNoLogReachesIsDamaged() {
		for (long lsn : new long[] { -1, Long.MIN_VALUE, Long.MAX_VALUE, Format.MAX_LSN + 1 }) {
			Map<String, byte[]> files = checkpointed(this.log, lsn);
			assertThat(refusedAsDamaged(files).file().orElseThrow()).hasFileName(SegmentName.CHECKPOINT);
			goesOnOrIsRefusedUnderEveryTolerantPolicy(files);
		}
	}

	@Test
	@Tag("R83")
	void aFileThatOnlyHasTheChecksumOfACheckpointIsDamaged() {
		Map<String, byte[]> files = TestLogs.with(this.log, SegmentName.CHECKPOINT, (bytes) -> bytes[0] = 0);
		FuzzedLog.seal(files);
		assertThat(refusedAsDamaged(files).file().orElseThrow()).hasFileName(SegmentName.CHECKPOINT);
	}

	@Test
	@Tag("R63")
	void aSegmentThatIsCutOffWithinItsHeaderIsRefused() {
		Map<String, byte[]> files = TestLogs.copy(this.log);
		files.put(name(2), Arrays.copyOf(this.log.get(name(2)), 100));
		assertThat(refusedAsDamaged(files)).hasMessageContaining("the segment header is cut off after 100 bytes");
	}

	@Test
	@Tag("R12")
	@Tag("D31")
	void aStartBlockThatFollowsWhatCannotBeIsDamage() {
		for (long value : new long[] { -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1 }) {
			for (int field = 0; field < Format.START_BODY_SIZE; field += Long.BYTES) {
				int offset = Format.SEGMENT_HEADER_SIZE + Format.BLOCK_HEADER_SIZE + field;
				Map<String, byte[]> files = forged(3, offset, value);
				refusedAsDamaged(files);
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
			refusedAsDamaged(files);
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

	private static long lastLsn(Map<String, byte[]> files) {
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
			return wal.lastLsn().value();
		}
	}

	@Test
	@Tag("D20")
	@Tag("R71")
	void strayFilesAreIgnoredAndKept() {
		Map<String, byte[]> stray = new TreeMap<>();
		for (String file : List.of("application.log", "wal-x.log", "wal-00000000000000000002.log.tmp", "x.tmp",
				"wal-0000000000000000002.log", "wal-000000000000000000002.log", "wal-00000000000000000000.log",
				"wal-99999999999999999999.log", "wal-00000000000000000002.LOG", "checkpoint.bak", ".hidden")) {
			stray.put(file, this.log.get(name(2)));
		}
		BytesStorage storage = new BytesStorage(this.log);
		stray.forEach(storage::put);
		try (SegmentedLog wal = TestLogs.open(storage)) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 12));
			wal.reset(wal.lastLsn());
		}
		assertThat(storage.files()).containsAllEntriesOf(stray);
	}

	private static LsnRange lsns(long first, long last) {
		return new LsnRange(Lsn.of(first), Lsn.of(last));
	}

	private static ByteBuffer page(byte[] segment) {
		return ByteBuffer.wrap(segment, 0, Format.SEGMENT_HEADER_SIZE).order(ByteOrder.LITTLE_ENDIAN);
	}

	private static byte[] segment(UUID logId, long number, String owner) {
		return TestLogs.bytes(new SegmentHeader(Format.VERSION, logId, number, 4711, 0, owner).encode());
	}

	private static Map<String, byte[]> checkpointed(Map<String, byte[]> log, long lsn) {
		return TestLogs.with(log, SegmentName.CHECKPOINT, (bytes) -> {
			ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
			buffer.putLong(32, lsn).putInt(60, new Checksum().of(buffer, 0, 60));
		});
	}

	private static WalCorruptedException refusedAsDamaged(Map<String, byte[]> files) {
		return refused(files, CorruptionPolicy.FAIL, WalCorruptedException.class);
	}

	private static <X extends WalException> X refused(Map<String, byte[]> files, CorruptionPolicy policy,
			Class<X> type) {
		BytesStorage storage = new BytesStorage(files);
		X refusal = null;
		try {
			TestLogs.open(storage, policy).close();
		}
		catch (WalException ex) {
			assertThat(ex).isInstanceOf(type);
			refusal = type.cast(ex);
		}
		assertThat(refusal).as("refused").isNotNull();
		assertThat(storage.changes()).isZero();
		return refusal;
	}

	/**
	 * Changes two blocks of a segment.
	 */
	@FunctionalInterface
	private interface BlockChange {

		void apply(byte[] segment, TestLogs.Block first, TestLogs.Block second);

	}

}
