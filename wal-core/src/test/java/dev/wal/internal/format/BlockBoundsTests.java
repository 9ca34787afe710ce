// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
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
 * Tests for blocks whose checksums are right: numbers of any size are read, and fields
 * that no version writes are refused.
 */
@Timeout(60)
class BlockBoundsTests extends AbstractFormatTests {

	@TempDir
	Path temp;

	/**
	 * Leave a log whose only segment has a number, and begins behind a checkpoint.
	 */
	private void logAt(long number, long firstLsn) throws IOException {
		SegmentHeader header = new SegmentHeader(2, LOG_ID, number, SALT, TIME, "", 0, 0, Format.SEGMENT_HEADER_SIZE);
		ByteBuffer start = Format.buffer(Format.START_BLOCK_SIZE);
		new StartBlock(firstLsn, number - 1, firstLsn - 1, 5000).encode(start, 0, SALT, TIME, firstLsn - 1,
				new Checksum());
		byte[] segment = Arrays.copyOf(bytes(header.encode()), 8192 + Format.START_BLOCK_SIZE);
		System.arraycopy(bytes(start), 0, segment, 8192, Format.START_BLOCK_SIZE);
		TestFiles.write(this.temp.resolve(SegmentName.of(number)), segment);
		ControlRecord record = ControlRecord.ofNewLog(LOG_ID, "", TIME)
			.withCheckpoint(firstLsn - 1, TIME)
			.withEnd(new ControlRecord.End(firstLsn - 1, number, SALT, segment.length));
		ControlFile.create(new LogDirectory(new DiskStorage(this.temp)), record).close();
	}

	@ParameterizedTest
	@ValueSource(longs = { 999_999, 1_000_000, 99_999_999_999L, 999_999_999_999_999_999L })
	@Tag("D22")
	void segmentNumberPastSixDigitsWorks(long number) throws IOException {
		logAt(number, 5);
		for (int i = 0; i < 3; i++) {
			try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.temp).segmentSize(12 * 1024).open()) {
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
	@Tag("R31")
	void whatACompressedBlockInflatesToIsBounded() {
		assertThat(compressed(10, 11).isKnown()).isTrue();
		assertThat(compressed(10, 10).isKnown()).as("not smaller").isFalse();
		assertThat(compressed(10, Format.MAX_DECODED_SIZE).isKnown()).isTrue();
		assertThat(compressed(10, Format.MAX_DECODED_SIZE + 1).isKnown()).as("a length above all").isFalse();
	}

	private static BlockHeader compressed(int storedLength, int decodedLength) {
		BlockHeader block = block(storedLength, 3, 1, 2);
		block.codec = Format.CODEC_LZ4;
		block.decodedLength = decodedLength;
		return block;
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
