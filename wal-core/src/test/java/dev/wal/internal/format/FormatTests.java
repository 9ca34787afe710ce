// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

import dev.wal.WalFormatVersionException;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.io.Holder;
import dev.wal.internal.segment.BlockReader;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.MemoryFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what lies on the disk, byte for byte. The bytes were computed apart from this
 * code.
 */
@Timeout(60)
class FormatTests extends AbstractFormatTests {

	private static final String DATA_BLOCK = """
			57424c4b 01 00 0000 0b000000 0b000000 0200000000000000 02000000 a1331282
			15cd853dfe9c9717 0100000000000000 00000000 68498c06
			01000000 07 61 00000000 ff 0000000000""";

	private static final String START_BLOCK = """
			57424c4b 02 00 0000 18000000 18000000 2a00000000000000 00000000 f804796c
			15cd853dfe9c9717 2900000000000000 00000000 f5a06ca0
			0400000000000000 2900000000000000 0020000000000000""";

	private static final String CLOSE_BLOCK = """
			57424c4b 03 00 0000 00000000 00000000 2b00000000000000 00000000 165159af
			15cd853dfe9c9717 2a00000000000000 00000000 3e97dc35""";

	private static final String CONTROL = """
			8d5743540d0a1a0a0200000001000000
			07000000000000007766554433221100
			ffeeddccbbaa998815cd853dfe9c9717
			290000000000000015cd853dfe9c9717
			63000000000000000500000000000000
			88776655443322110040000000000000
			03000000000000003200000000000000
			340000000000000015cd853dfe9c9717
			39000000000000126700000000000000
			05000000000000000100000000000000
			02000000000000000600000000000000
			0300000000000000046b000000000000
			00000000000000000000000000000000
			00000000000000000000000000000000
			00000000000000000000000000000000
			00045a6fc3ab00000000000000000000""";

	@TempDir
	Path temp;

	@Test
	@Tag("R19")
	void checksumIsCrc32cWithTheSaltFirst() {
		byte[] text = TestRecords.text("123456789");
		assertThat(new Checksum().of(buffer(text), 0, 9)).isEqualTo(0xE3069283);
		byte[] salted = bytes(Format.buffer(17).putLong(0, SALT).put(8, text));
		assertThat(new Checksum().of(SALT, buffer(text), 0, 9)).isEqualTo(new Checksum().of(buffer(salted), 0, 17));
		assertThat(new Checksum().of(buffer(new byte[32]), 0, 32)).isEqualTo(0x8A9136AA);
	}

	@Test
	@Tag("R5")
	void segmentHeaderHasTheseBytes() {
		SegmentHeader header = new SegmentHeader(2, LOG_ID, 5, SALT, TIME, "Zo\u00eb", 4, 0x0102030405060708L, 16384);
		byte[] both = Arrays.copyOf(header(), 8192);
		System.arraycopy(header(), 0, both, 4096, 4096);
		assertThat(bytes(header.encode())).isEqualTo(both);
		assertThat(SegmentHeader.decode(buffer(both), 4096)).isEqualTo(header);
		assertThat(SegmentHeader.decode(buffer(header()))).isEqualTo(header);
	}

	@Test
	@Tag("R5")
	@Tag("R19")
	void everyBitOfASegmentHeaderIsCovered() {
		byte[] page = header();
		for (int bit = 0; bit < page.length * 8; bit++) {
			page[bit / 8] ^= (byte) (1 << bit % 8);
			assertThat(SegmentHeader.decode(buffer(page))).as("bit " + bit).isNull();
			page[bit / 8] ^= (byte) (1 << bit % 8);
		}
		assertThat(SegmentHeader.decode(buffer(Arrays.copyOf(page, 4095)))).isNull();
	}

	@Test
	@Tag("R7")
	void headerOfAnotherVersionIsKnownByItsVersionAlone() {
		SegmentHeader older = SegmentHeader.decode(withOwnerLength(1, (short) -1));
		assertThat(older).isNotNull();
		assertThat(older.version()).isEqualTo(1);
		SegmentHeader header = new SegmentHeader(9, LOG_ID, 5, SALT, TIME, "x", 0, 0, Format.SEGMENT_HEADER_SIZE);
		SegmentHeader decoded = SegmentHeader.decode(header.encode());
		assertThat(decoded).isNotNull();
		assertThat(decoded.version()).isEqualTo(9);
		assertThat(SegmentHeader.decode(withOwnerLength(9, (short) -1))).isEqualTo(decoded);
	}

	@ParameterizedTest
	@ValueSource(shorts = { -1, Short.MIN_VALUE, 256, Short.MAX_VALUE })
	@Tag("R5")
	@Tag("D31")
	void ownerOfALengthThatCannotBeIsNoHeader(short length) {
		assertThat(SegmentHeader.decode(withOwnerLength(2, length))).isNull();
	}

	private static ByteBuffer withOwnerLength(int version, short length) {
		ByteBuffer page = new SegmentHeader(version, LOG_ID, 5, SALT, TIME, "x", 0, 0, Format.SEGMENT_HEADER_SIZE)
			.encode();
		page.putShort(56, length);
		return page.putInt(4092, new Checksum().of(page, 0, 4092));
	}

	@Test
	@Tag("R6")
	void longestOwnerFitsIntoTheHeader() {
		String owner = "\u20ac".repeat(85);
		SegmentHeader header = new SegmentHeader(2, LOG_ID, Long.MAX_VALUE, -1, Long.MIN_VALUE, owner, 0, 0,
				Format.SEGMENT_HEADER_SIZE);
		assertThat(SegmentHeader.decode(header.encode())).isEqualTo(header);
	}

	@Test
	@Tag("R18")
	@Tag("R19")
	@Tag("R23")
	void dataBlockHasTheseBytes() {
		BlockEncoder encoder = new BlockEncoder(100);
		encoder.add(7, TestRecords.text("a"));
		encoder.add(255, ByteBuffer.allocate(0));
		BlockHeader header = new BlockHeader();
		header.firstLsn = 2;
		header.count = 2;
		header.timestamp = TIME;
		header.durableLsn = 1;
		assertThat(encoder.bodySize()).isEqualTo(11);
		assertThat(encoder.blockSize()).isEqualTo(72);
		assertThat(bytes(encoder.finish(header, SALT, null, null, new Checksum()))).isEqualTo(bytes(DATA_BLOCK));
		BlockHeader decoded = new BlockHeader();
		assertThat(decoded.decode(buffer(bytes(DATA_BLOCK)), 0, SALT, new Checksum())).isTrue();
		assertThat(decoded).usingRecursiveComparison().isEqualTo(header);
		assertThat(decoded.nextLsn()).isEqualTo(4);
		assertThat(decoded.size()).isEqualTo(72);
	}

	@Test
	@Tag("R5")
	@Tag("R68")
	void startBlockHasTheseBytes() {
		StartBlock start = new StartBlock(42, 4, 41, 8192);
		ByteBuffer buffer = Format.buffer(Format.START_BLOCK_SIZE);
		start.encode(buffer, 0, SALT, TIME, 41, new Checksum());
		assertThat(bytes(buffer)).isEqualTo(bytes(START_BLOCK));
		BlockHeader header = new BlockHeader();
		assertThat(header.decode(buffer, 0, SALT, new Checksum())).isTrue();
		assertThat(header.kind).isEqualTo(Format.KIND_START);
		assertThat(StartBlock.decode(header, buffer, Format.BLOCK_HEADER_SIZE)).isEqualTo(start);
	}

	@Test
	@Tag("R101")
	void closeBlockHasTheseBytes() {
		BlockHeader close = new BlockHeader();
		close.kind = Format.KIND_CLOSE;
		close.firstLsn = 43;
		close.timestamp = TIME;
		close.durableLsn = 42;
		ByteBuffer buffer = Format.buffer(Format.BLOCK_HEADER_SIZE);
		close.encode(buffer, 0, SALT, new Checksum());
		assertThat(bytes(buffer)).isEqualTo(bytes(CLOSE_BLOCK));
	}

	@Test
	@Tag("R18")
	void startBlockStandsInFrontOfTheFirstDataBlock() {
		BlockEncoder encoder = new BlockEncoder(100);
		encoder.add(7, TestRecords.text("a"));
		encoder.add(255, new byte[0]);
		BlockHeader header = new BlockHeader();
		header.firstLsn = 2;
		header.count = 2;
		header.timestamp = TIME;
		header.durableLsn = 1;
		byte[] blocks = bytes(encoder.finish(header, SALT, new StartBlock(2, 1, 1, 5000), null, new Checksum()));
		assertThat(blocks).hasSize(80 + 72);
		assertThat(Arrays.copyOfRange(blocks, 80, 152)).isEqualTo(bytes(DATA_BLOCK));
		encoder.clear();
		assertThat(encoder.bodySize()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { DATA_BLOCK, START_BLOCK, CLOSE_BLOCK })
	@Tag("R19")
	void everyBitOfABlockIsCovered(String hex) throws IOException {
		byte[] segment = new byte[8192 + bytes(hex).length];
		System.arraycopy(bytes(hex), 0, segment, 8192, segment.length - 8192);
		assertThat(firstStep(segment, SALT)).isEqualTo(BlockReader.Step.BLOCK);
		for (int bit = 8192 * 8; bit < segment.length * 8; bit++) {
			segment[bit / 8] ^= (byte) (1 << bit % 8);
			assertThat(firstStep(segment, SALT)).as("bit " + bit).isEqualTo(BlockReader.Step.BAD);
			segment[bit / 8] ^= (byte) (1 << bit % 8);
		}
		for (int bit = 0; bit < 64; bit++) {
			assertThat(firstStep(segment, SALT ^ (1L << bit))).isEqualTo(BlockReader.Step.BAD);
		}
		for (int size = 8193; size < segment.length; size++) {
			assertThat(firstStep(Arrays.copyOf(segment, size), SALT)).as("size " + size)
				.isEqualTo(BlockReader.Step.BAD);
		}
	}

	private static BlockReader.Step firstStep(byte[] segment, long salt) throws IOException {
		try (BlockReader reader = new BlockReader(new MemoryFile(segment), salt, segment.length)) {
			return reader.next();
		}
	}

	private static byte[] control() {
		byte[] slot = Arrays.copyOf(bytes(CONTROL), 512);
		System.arraycopy(bytes("cc98548c"), 0, slot, 508, 4);
		byte[] file = new byte[8192];
		System.arraycopy(slot, 0, file, 0, 512);
		System.arraycopy(slot, 0, file, 4096, 512);
		return file;
	}

	@Test
	@Tag("R83")
	@Tag("R90")
	void controlFileHasTheseBytes() throws IOException {
		DiskStorage storage = new DiskStorage(this.temp);
		Holder holder = new Holder(4711, 5, new UUID(1, 2), 6, new UUID(3, 4), "k");
		ControlRecord record = new ControlRecord(7, LOG_ID, "Zo\u00eb", TIME, 41, TIME,
				new ControlRecord.End(99, 5, SALT, 16384), true, holder, new ControlRecord.Loss(3, 50, 52, TIME));
		ControlFile.create(new LogDirectory(storage), record).close();
		assertThat(TestFiles.names(this.temp)).containsExactly("wal.control");
		assertThat(this.temp.resolve("wal.control")).hasBinaryContent(control());
		assertThat(ControlFile.read(storage).record()).isEqualTo(record);
	}

	@Test
	@Tag("R19")
	@Tag("R83")
	void everyBitAndByteOfASlotIsCovered() throws IOException {
		DiskStorage storage = new DiskStorage(this.temp);
		Path file = this.temp.resolve("wal.control");
		byte[] content = control();
		content[4096] = 0;
		for (int bit = 0; bit < 512 * 8; bit++) {
			content[bit / 8] ^= (byte) (1 << bit % 8);
			TestFiles.write(file, content);
			assertThat(ControlFile.read(storage).record()).as("bit " + bit).isNull();
			content[bit / 8] ^= (byte) (1 << bit % 8);
		}
		for (int size = 0; size < 512; size++) {
			TestFiles.write(file, Arrays.copyOf(content, size));
			assertThat(ControlFile.read(storage).record()).as("size " + size).isNull();
		}
		TestFiles.write(file, content);
		assertThat(ControlFile.read(storage).damagedSlots()).isEqualTo(1);
		TestFiles.forge(file, 8, 1, 508);
		assertThatExceptionOfType(WalFormatVersionException.class).isThrownBy(() -> ControlFile.read(storage));
	}

	@Test
	@Tag("R68")
	void startBlockFollowsALowerLsn() {
		assertThat(new StartBlock(9, 2, 8, 9000).isPossible()).isTrue();
		assertThat(new StartBlock(9, 2, 6, 9000).isPossible()).as("after records that were given up").isTrue();
		assertThat(new StartBlock(9, 2, 9, 9000).isPossible()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "1,wal-00000000000000000001.log", "999999,wal-00000000000000999999.log",
			"1000000,wal-00000000000001000000.log", "9223372036854775807,wal-09223372036854775807.log" })
	@Tag("R3")
	@Tag("D22")
	void segmentNameHasTwentyDigits(long number, String name) {
		assertThat(SegmentName.of(number)).isEqualTo(name);
		assertThat(SegmentName.parse(name)).hasValue(number);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "wal-.log", "wal-1.log", "wal-00000000000000000000.log", "wal-99999999999999999999.log",
					"wal-09223372036854775808.log", "wal-0000000000000000001.log", "wal-000000000000000000001.log",
					"wal--0000000000000000001.log", "wal-+0000000000000000001.log", "wal-0000000000000000000a.log",
					"xal-00000000000000000001.log", "wal_00000000000000000001.log", "wal-00000000000000000001.log.new",
					"wal-00000000000000000001.LOG", " wal-00000000000000000001.log", "wal-00000000000000000001.log\n",
					"wal-\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661"
							+ "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661.log" })
	@Tag("R3")
	@Tag("D20")
	void anyOtherNameIsNoSegment(String name) {
		assertThat(SegmentName.parse(name)).isEmpty();
		assertThat(SegmentName.legacyLayout(name)).isNull();
	}

	@Test
	@Tag("R60")
	void tornFilesAreNamedAfterWhereTheyWereCut() {
		assertThat(SegmentName.torn(12, 4096, 0)).isEqualTo("wal-00000000000000000012.4096.torn");
		assertThat(SegmentName.torn(12, 4096, 3)).isEqualTo("wal-00000000000000000012.4096-3.torn");
		assertThat(SegmentName.isTorn("wal-00000000000000000012.4096-3.torn")).isTrue();
		assertThat(SegmentName.isTorn("wal-00000000000000000012.log")).isFalse();
		assertThat(SegmentName.isUnfinished("wal.control.new")).isTrue();
		assertThat(SegmentName.isUnfinished("mine.new")).isFalse();
	}

}
