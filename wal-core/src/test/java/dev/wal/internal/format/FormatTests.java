// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalFormatVersionException;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.segment.BlockReader;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.MemoryFile;
import dev.wal.tools.WalDirectory;
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
class FormatTests {

	private static final long SALT = 0x1122334455667788L;

	private static final long TIME = 1_700_000_000_123_456_789L;

	private static final UUID LOG_ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

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

	private static final String SEGMENT_HEADER = """
			8d57414c0d0a1a0a 01000000 00000000 7766554433221100 ffeeddccbbaa9988
			0500000000000000 8877665544332211 15cd853dfe9c9717 0400 5a6fc3ab""";

	private static final String CHECKPOINT = """
			8d57434b0d0a1a0a 01000000 00000000 7766554433221100 ffeeddccbbaa9988
			2900000000000000 15cd853dfe9c9717 000000000000000000000000 55d61897""";

	@TempDir
	Path temp;

	private static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
	}

	private static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(buffer.position(), bytes);
		return bytes;
	}

	private static ByteBuffer buffer(byte[] bytes) {
		return Format.buffer(bytes.length).put(0, bytes);
	}

	private static byte[] header() {
		byte[] page = Arrays.copyOf(bytes(SEGMENT_HEADER), 4096);
		System.arraycopy(bytes("af27fa26"), 0, page, 4092, 4);
		return page;
	}

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
		SegmentHeader header = new SegmentHeader(1, LOG_ID, 5, SALT, TIME, "Zo\u00eb");
		assertThat(bytes(header.encode())).isEqualTo(header());
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
	void headerOfANewerVersionIsKnownByItsVersionAlone() {
		SegmentHeader header = new SegmentHeader(9, LOG_ID, 5, SALT, TIME, "x");
		SegmentHeader decoded = SegmentHeader.decode(header.encode());
		assertThat(decoded).isNotNull();
		assertThat(decoded.version()).isEqualTo(9);
		assertThat(SegmentHeader.decode(withOwnerLength(9, -1))).isEqualTo(decoded);
	}

	@ParameterizedTest
	@ValueSource(shorts = { -1, Short.MIN_VALUE, 256, Short.MAX_VALUE })
	@Tag("R5")
	@Tag("D31")
	void ownerOfALengthThatCannotBeIsNoHeader(short length) {
		assertThat(SegmentHeader.decode(withOwnerLength(1, length))).isNull();
	}

	private static ByteBuffer withOwnerLength(int version, int length) {
		ByteBuffer page = new SegmentHeader(version, LOG_ID, 5, SALT, TIME, "x").encode();
		page.putShort(56, (short) length);
		return page.putInt(4092, new Checksum().of(page, 0, 4092));
	}

	@Test
	@Tag("R6")
	void longestOwnerFitsIntoTheHeader() {
		String owner = "\u20ac".repeat(85);
		SegmentHeader header = new SegmentHeader(1, LOG_ID, Long.MAX_VALUE, -1, Long.MIN_VALUE, owner);
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
		byte[] segment = new byte[4096 + bytes(hex).length];
		System.arraycopy(bytes(hex), 0, segment, 4096, segment.length - 4096);
		assertThat(firstStep(segment, SALT)).isEqualTo(BlockReader.Step.BLOCK);
		for (int bit = 4096 * 8; bit < segment.length * 8; bit++) {
			segment[bit / 8] ^= (byte) (1 << bit % 8);
			assertThat(firstStep(segment, SALT)).as("bit " + bit).isEqualTo(BlockReader.Step.BAD);
			segment[bit / 8] ^= (byte) (1 << bit % 8);
		}
		for (int bit = 0; bit < 64; bit++) {
			assertThat(firstStep(segment, SALT ^ (1L << bit))).isEqualTo(BlockReader.Step.BAD);
		}
		for (int size = 4097; size < segment.length; size++) {
			assertThat(firstStep(Arrays.copyOf(segment, size), SALT)).as("size " + size)
				.isEqualTo(BlockReader.Step.BAD);
		}
	}

	private static BlockReader.Step firstStep(byte[] segment, long salt) throws IOException {
		try (BlockReader reader = new BlockReader(new MemoryFile(segment), salt, segment.length)) {
			return reader.next();
		}
	}

	@Test
	@Tag("R83")
	void checkpointFileHasTheseBytes() throws IOException {
		DiskStorage storage = new DiskStorage(this.temp);
		CheckpointFile checkpoint = new CheckpointFile(LOG_ID, 41, TIME);
		checkpoint.write(storage);
		assertThat(TestFiles.names(this.temp)).containsExactly("checkpoint");
		assertThat(this.temp.resolve("checkpoint")).hasBinaryContent(bytes(CHECKPOINT));
		assertThat(CheckpointFile.read(storage)).isEqualTo(checkpoint);
		new CheckpointFile(LOG_ID, 42, TIME).write(storage);
		assertThat(CheckpointFile.read(storage)).isEqualTo(new CheckpointFile(LOG_ID, 42, TIME));
	}

	@Test
	@Tag("R19")
	@Tag("R83")
	void everyBitAndByteOfACheckpointFileIsCovered() throws IOException {
		DiskStorage storage = new DiskStorage(this.temp);
		assertThat(CheckpointFile.read(storage)).isNull();
		byte[] content = bytes(CHECKPOINT);
		Path file = this.temp.resolve("checkpoint");
		for (int bit = 0; bit < content.length * 8; bit++) {
			content[bit / 8] ^= (byte) (1 << bit % 8);
			TestFiles.write(file, content);
			assertThatExceptionOfType(WalCorruptedException.class).as("bit " + bit)
				.isThrownBy(() -> CheckpointFile.read(storage))
				.withMessageContaining(file.toString());
			content[bit / 8] ^= (byte) (1 << bit % 8);
		}
		for (int size = 0; size <= 70; size++) {
			TestFiles.write(file, Arrays.copyOf(content, size));
			if (size != 64) {
				assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> CheckpointFile.read(storage));
			}
		}
		TestFiles.write(file, content);
		TestFiles.forge(file, 8, 2, 60);
		assertThatExceptionOfType(WalFormatVersionException.class).isThrownBy(() -> CheckpointFile.read(storage));
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
	@ValueSource(strings = { "", "wal-.log", "wal-1.log", "wal-00000000000000000000.log",
			"wal-99999999999999999999.log", "wal-09223372036854775808.log", "wal-0000000000000000001.log",
			"wal-000000000000000000001.log", "wal--0000000000000000001.log", "wal-+0000000000000000001.log",
			"wal-0000000000000000000a.log", "wal-00000000000000000001.log.new", "wal-00000000000000000001.LOG",
			" wal-00000000000000000001.log", "wal-00000000000000000001.log\n",
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
		assertThat(SegmentName.isUnfinished("checkpoint.new")).isTrue();
		assertThat(SegmentName.isUnfinished("mine.new")).isFalse();
	}

	/**
	 * Leave a log whose only segment has a number, and begins behind a checkpoint.
	 */
	private void logAt(long number, long firstLsn) throws IOException {
		SegmentHeader header = new SegmentHeader(1, LOG_ID, number, SALT, TIME, "");
		ByteBuffer start = Format.buffer(Format.START_BLOCK_SIZE);
		new StartBlock(firstLsn, number - 1, firstLsn - 1, 5000).encode(start, 0, SALT, TIME, firstLsn - 1,
				new Checksum());
		byte[] segment = Arrays.copyOf(bytes(header.encode()), 4096 + Format.START_BLOCK_SIZE);
		System.arraycopy(bytes(start), 0, segment, 4096, Format.START_BLOCK_SIZE);
		TestFiles.write(this.temp.resolve(SegmentName.of(number)), segment);
		new CheckpointFile(LOG_ID, firstLsn - 1, TIME).write(new DiskStorage(this.temp));
	}

	@ParameterizedTest
	@ValueSource(longs = { 999_999, 1_000_000, 99_999_999_999L, 999_999_999_999_999_999L })
	@Tag("D22")
	void segmentNumberPastSixDigitsWorks(long number) throws IOException {
		logAt(number, 5);
		for (int i = 0; i < 3; i++) {
			try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp).segmentSize(8192).open()) {
				assertThat(wal.append(TestRecords.text("x"))).isEqualTo(Lsn.of(5 + i));
				assertThat(wal.rotate()).isTrue();
				assertThat(TestRecords.readAll(wal)).hasSize(i + 1);
				assertThat(wal.segments().get(i + 1).number()).isEqualTo(number + i + 1);
			}
			assertThat(this.temp.resolve(SegmentName.of(number + i + 1))).exists();
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1L << 31, 1L << 32, (1L << 53) + 1, 1L << 62 })
	@Tag("R20")
	@Tag("R28")
	void lsnsOfAllSizesWork(long firstLsn) throws IOException {
		logAt(7, firstLsn);
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp).open()) {
			assertThat(wal.append(TestRecords.text("x"))).isEqualTo(Lsn.of(firstLsn));
			assertThat(wal.appendAsync(TestRecords.text("y")).join()).isEqualTo(Lsn.of(firstLsn + 1));
		}
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp).open()) {
			assertThat(TestRecords.readAll(wal)).extracting(WalRecord::lsn)
				.containsExactly(Lsn.of(firstLsn), Lsn.of(firstLsn + 1));
			wal.reset(Lsn.of(firstLsn + 1));
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.of(firstLsn + 2));
		}
	}

	/**
	 * Leave a log with one segment of two records and then a block with these fields,
	 * whose checksums are right.
	 * @return the directory
	 */
	private Path logWithBlock(BlockHeader block, byte[] body) throws IOException {
		Path directory = Files.createTempDirectory(this.temp, "crafted");
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory).preallocate(false).open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			long end = wal.segments().get(0).length();
			Path segment = directory.resolve(SegmentName.of(1));
			SegmentHeader header = SegmentHeader.decode(buffer(Arrays.copyOf(TestFiles.read(segment), 4096)));
			assertThat(header).isNotNull();
			ByteBuffer encoded = Format.buffer(Format.BLOCK_HEADER_SIZE + Format.align(body.length));
			encoded.put(Format.BLOCK_HEADER_SIZE, body);
			int lie = block.storedLength;
			block.storedLength = body.length;
			block.encode(encoded, 0, header.salt(), new Checksum());
			encoded.putInt(8, lie).putInt(12, lie);
			encoded.putInt(52, new Checksum().of(header.salt(), encoded, 0, 52));
			byte[] content = Arrays.copyOf(TestFiles.read(segment), (int) end + encoded.capacity());
			System.arraycopy(bytes(encoded), 0, content, (int) end, encoded.capacity());
			Path crafted = TestFiles.copy(directory, this.temp.resolve("log-" + directory.getFileName()));
			TestFiles.write(crafted.resolve(SegmentName.of(1)), content);
			return crafted;
		}
	}

	private static BlockHeader block(int length, long firstLsn, int count, long durableLsn) {
		BlockHeader block = new BlockHeader();
		block.kind = Format.KIND_DATA;
		block.storedLength = length;
		block.decodedLength = length;
		block.firstLsn = firstLsn;
		block.count = count;
		block.durableLsn = durableLsn;
		return block;
	}

	@ParameterizedTest
	@ValueSource(ints = { Format.MAX_BODY_SIZE, 1 << 29, 1000 })
	@Tag("R18")
	@Tag("D18")
	@Tag("Rule12")
	void absurdLengthAllocatesNothing(int length) throws IOException {
		// A length that its checksum vouches for, and that the file does not have.
		Path directory = logWithBlock(block(length, 3, 1, 2), new byte[16]);
		long before = directMemory();
		assertThat(WalDirectory.of(directory).verify().lastLsn()).isEqualTo(Lsn.of(2));
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory).preallocate(false).open()) {
			assertThat(TestRecords.texts(wal)).containsExactly("1", "2");
			assertThat(wal.tailState().isClean()).isFalse();
			assertThat(wal.append(TestRecords.text("3"))).isEqualTo(Lsn.of(3));
		}
		assertThat(directMemory() - before).isLessThan(64L << 20);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, Integer.MIN_VALUE, Integer.MAX_VALUE })
	@Tag("R67")
	@Tag("D18")
	void lengthThatNoVersionWritesIsRefusedAndNeverCutOff(int length) throws IOException {
		Path directory = logWithBlock(block(length, 3, 1, 2), new byte[16]);
		java.util.SortedMap<String, String> before = TestFiles.contents(directory);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> WriteAheadLog.builder(directory).open())
			.withMessageContainingAll(SegmentName.of(1), "LSN 3 is due");
		assertThat(TestFiles.contents(directory)).isEqualTo(before);
	}

	private static long directMemory() {
		return java.lang.management.ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

	@ParameterizedTest
	@CsvSource({ "1,1", "2,1", "1,0", "4,3", "9,2", "9223372036854775807,2" })
	@Tag("D21")
	void lsnThatJumpsRepeatsOrIsZeroInsideASegmentIsRefused(long lsn, long durable) throws IOException {
		Path directory = logWithBlock(block(5, lsn, 1, durable), new byte[5]);
		java.util.SortedMap<String, String> before = TestFiles.contents(directory);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> WriteAheadLog.builder(directory).open())
			.withMessageContainingAll(SegmentName.of(1), "LSN 3 is due");
		assertThat(TestFiles.contents(directory)).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MAX_VALUE, -1, 6, 1_000_000 })
	@Tag("R18")
	@Tag("D18")
	@Tag("D31")
	void recordLongerThanItsBlockIsATypedError(int length) throws IOException {
		byte[] body = bytes(Format.buffer(10).putInt(0, length));
		Path directory = logWithBlock(block(10, 3, 1, 2), body);
		try (LocalWalView wal = WriteAheadLog.builder(directory).openReadOnly()) {
			assertThatExceptionOfType(WalException.class).isThrownBy(() -> TestRecords.readAll(wal))
				.isInstanceOf(WalCorruptedException.class)
				.withMessageContainingAll(SegmentName.of(1), "LSN 3");
		}
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> {
			try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
				TestRecords.readAll(wal);
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "0,0", "-1,0", "4,0", "127,0" })
	@Tag("R67")
	void blockOfAnyOtherKindIsUnknown(byte kind, int count) {
		BlockHeader block = block(0, 3, count, 2);
		block.kind = kind;
		assertThat(block.isKnown()).isFalse();
	}

	@Test
	@Tag("R18")
	@Tag("R67")
	@Tag("D18")
	void blockWithAFieldThatNoVersionWritesIsUnknown() {
		assertThat(block(10, 3, 2, 2).isKnown()).isTrue();
		assertThat(block(10, 3, 3, 2).isKnown()).as("more records than fit").isFalse();
		assertThat(block(10, 3, 0, 2).isKnown()).as("no records").isFalse();
		assertThat(block(10, 3, -1, 2).isKnown()).as("fewer records than none").isFalse();
		assertThat(block(-5, 3, -1, 2).isKnown()).as("a length below zero").isFalse();
		assertThat(block(Format.MAX_BODY_SIZE, 3, 1, 2).isKnown()).isTrue();
		assertThat(block(Format.MAX_BODY_SIZE + 1, 3, 1, 2).isKnown()).as("a length above all").isFalse();
		assertThat(block(10, 3, 2, 3).isKnown()).as("durable before it was written").isFalse();
		assertThat(block(10, 3, 2, -1).isKnown()).as("durable below zero").isFalse();
		assertThat(block(10, Long.MAX_VALUE, 2, 2).isKnown()).as("LSNs that overflow").isFalse();
		BlockHeader compressed = block(10, 3, 2, 2);
		compressed.codec = 1;
		assertThat(compressed.isKnown()).as("a codec").isFalse();
		BlockHeader decoded = block(10, 3, 2, 2);
		decoded.decodedLength++;
		assertThat(decoded.isKnown()).as("another length when decoded").isFalse();
	}

	@Test
	@Tag("R68")
	@Tag("R101")
	void startAndCloseBlocksHaveTheirLengthAndNoRecords() {
		BlockHeader start = block(Format.START_BODY_SIZE, 3, 0, 2);
		start.kind = Format.KIND_START;
		assertThat(start.isKnown()).isTrue();
		for (int count : new int[] { 1, -1 }) {
			start.count = count;
			assertThat(start.isKnown()).isFalse();
		}
		for (int length : new int[] { 0, Format.START_BODY_SIZE - 8, Format.START_BODY_SIZE + 8 }) {
			BlockHeader other = block(length, 3, 0, 2);
			other.kind = Format.KIND_START;
			assertThat(other.isKnown()).isFalse();
		}
		BlockHeader close = block(0, 3, 0, 2);
		close.kind = Format.KIND_CLOSE;
		assertThat(close.isKnown()).isTrue();
		close.storedLength = 8;
		close.decodedLength = 8;
		assertThat(close.isKnown()).isFalse();
	}

}
