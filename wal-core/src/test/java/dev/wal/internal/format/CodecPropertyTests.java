// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import dev.wal.WalException;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.segment.SegmentScan;
import dev.wal.testing.TestFiles;
import dev.wal.testing.disk.MemoryFile;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties of the codecs: any value comes back, any bytes are a value or a typed error.
 */
class CodecPropertyTests {

	private static Path directory;

	@BeforeContainer
	static void createDirectory() throws IOException {
		directory = Files.createTempDirectory("wal-codecs");
	}

	@AfterContainer
	static void deleteDirectory() throws IOException {
		for (Path file : TestFiles.list(directory)) {
			Files.delete(file);
		}
		Files.delete(directory);
	}

	private static ByteBuffer buffer(byte[] bytes, int size) {
		return Format.buffer(Math.max(size, bytes.length)).put(0, bytes);
	}

	@Property(tries = 200)
	@Tag("R5")
	@Tag("R28")
	void anySegmentHeaderComesBack(@ForAll long most, @ForAll long least, @ForAll long number, @ForAll long salt,
			@ForAll long created, @ForAll @StringLength(max = 100) String owner) {
		byte[] encoded = owner.getBytes(StandardCharsets.UTF_8);
		Assume.that(encoded.length <= 255 && new String(encoded, StandardCharsets.UTF_8).equals(owner));
		SegmentHeader header = new SegmentHeader(1, new UUID(most, least), number, salt, created, owner);
		assertThat(SegmentHeader.decode(header.encode())).isEqualTo(header);
	}

	@Property(tries = 300)
	@Tag("D31")
	@Tag("Rule12")
	void anyBytesDecodeToASegmentHeaderOrNothing(@ForAll @Size(max = 5000) byte[] bytes,
			@ForAll boolean rightMagicAndChecksum) {
		ByteBuffer page = buffer(bytes, rightMagicAndChecksum ? 4096 : 0);
		if (rightMagicAndChecksum) {
			page.putLong(0, 0x0A1A0A0D4C41578DL);
			page.putInt(4092, new Checksum().of(page, 0, 4092));
		}
		SegmentHeader header = SegmentHeader.decode(page);
		if (header != null) {
			assertThat(header.version()).isPositive();
			assertThat(header.owner().length()).isLessThanOrEqualTo(255);
		}
		else if (rightMagicAndChecksum) {
			assertThat(page.getInt(8) < 1 || Short.toUnsignedInt(page.getShort(56)) > 255).isTrue();
		}
	}

	@Property(tries = 300)
	@Tag("R18")
	@Tag("R28")
	void anyBlockHeaderComesBack(@ForAll @IntRange(min = 1, max = 3) int kind,
			@ForAll @Size(min = 24, max = 300) byte[] bytes,
			@ForAll @LongRange(min = 1, max = Long.MAX_VALUE - 100) long firstLsn, @ForAll long timestamp,
			@ForAll @LongRange(min = 0) long durable, @ForAll long salt,
			@ForAll @IntRange(min = 1, max = 60) int count) {
		byte[] body = switch (kind) {
			case Format.KIND_DATA -> bytes;
			case Format.KIND_START -> Arrays.copyOf(bytes, Format.START_BODY_SIZE);
			default -> new byte[0];
		};
		BlockHeader header = new BlockHeader();
		header.kind = (byte) kind;
		header.storedLength = body.length;
		header.decodedLength = body.length;
		header.firstLsn = firstLsn;
		header.timestamp = timestamp;
		header.durableLsn = Math.min(durable, firstLsn - 1);
		header.count = (kind == Format.KIND_DATA) ? Math.min(count, body.length / Format.RECORD_HEADER_SIZE) : 0;
		ByteBuffer block = Format.buffer(8 + Format.BLOCK_HEADER_SIZE + Format.align(body.length));
		block.put(8 + Format.BLOCK_HEADER_SIZE, body);
		header.encode(block, 8, salt, new Checksum());
		BlockHeader decoded = new BlockHeader();
		assertThat(decoded.decode(block, 8, salt, new Checksum())).isTrue();
		assertThat(decoded.isKnown()).isTrue();
		assertThat(decoded).usingRecursiveComparison().isEqualTo(header);
	}

	@Property(tries = 1000)
	@Tag("D18")
	@Tag("D31")
	@Tag("Rule12")
	void anyBytesDecodeToABlockHeaderWithinBoundsOrNothing(@ForAll @Size(56) byte[] bytes, @ForAll long salt,
			@ForAll boolean rightMagicAndChecksum) {
		ByteBuffer block = buffer(bytes, 56);
		if (rightMagicAndChecksum) {
			block.putInt(0, Format.BLOCK_MAGIC);
			block.putInt(52, new Checksum().of(salt, block, 0, 52));
		}
		BlockHeader header = new BlockHeader();
		if (header.decode(block, 0, salt, new Checksum()) && header.isKnown()) {
			assertThat(header.storedLength).isBetween(0, Format.MAX_BODY_SIZE);
			assertThat(header.count).isBetween(0, header.storedLength / Format.RECORD_HEADER_SIZE);
			assertThat(header.firstLsn).isPositive();
			assertThat(header.size()).isPositive();
		}
	}

	@Property(tries = 200)
	@Tag("R5")
	void anyStartBlockComesBack(@ForAll @LongRange(min = 1, max = Long.MAX_VALUE - 1) long firstLsn,
			@ForAll @LongRange(min = 0) long number, @ForAll @LongRange(min = 0) long last,
			@ForAll @LongRange(min = 0) long end, @ForAll long salt) {
		StartBlock start = new StartBlock(firstLsn, number, last, end);
		ByteBuffer block = Format.buffer(Format.START_BLOCK_SIZE);
		start.encode(block, 0, salt, 1, 0, new Checksum());
		BlockHeader header = new BlockHeader();
		assertThat(header.decode(block, 0, salt, new Checksum())).isTrue();
		assertThat(StartBlock.decode(header, block, Format.BLOCK_HEADER_SIZE)).isEqualTo(start);
	}

	@Property(tries = 50)
	@Tag("R83")
	void anyCheckpointComesBack(@ForAll long most, @ForAll long least,
			@ForAll @LongRange(min = 0, max = Format.MAX_LSN) long lsn, @ForAll long time) throws IOException {
		DiskStorage storage = new DiskStorage(directory);
		CheckpointFile checkpoint = new CheckpointFile(new UUID(most, least), lsn, time);
		checkpoint.write(storage);
		assertThat(CheckpointFile.read(storage)).isEqualTo(checkpoint);
	}

	@Property(tries = 300)
	@Tag("D31")
	void anyBytesAreACheckpointOrATypedError(@ForAll @Size(max = 130) byte[] bytes, @ForAll boolean rightChecksum)
			throws IOException {
		ByteBuffer content = buffer(bytes, rightChecksum ? 64 : 0);
		if (rightChecksum) {
			content.putLong(0, 0x0A1A0A0D4B43578DL);
			content.putInt(60, new Checksum().of(content, 0, 60));
		}
		byte[] file = new byte[content.capacity()];
		content.get(0, file);
		TestFiles.write(directory.resolve("checkpoint"), file);
		try {
			CheckpointFile checkpoint = CheckpointFile.read(new DiskStorage(directory));
			assertThat(checkpoint).isNotNull();
			assertThat(file).hasSize(64);
			assertThat(checkpoint.lsn()).isEqualTo(content.getLong(32));
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining("checkpoint");
		}
	}

	@Property(tries = 300)
	@Tag("R18")
	@Tag("R22")
	@Tag("R26")
	void anyRecordsOfABlockComeBack(@ForAll @Size(min = 1, max = 20) List<@Size(max = 50) byte[]> payloads,
			@ForAll @IntRange(max = 255) int type) {
		BlockEncoder encoder = new BlockEncoder(20 * 60);
		for (byte[] payload : payloads) {
			encoder.add(type, payload);
		}
		BlockHeader header = new BlockHeader();
		header.firstLsn = 1;
		header.count = payloads.size();
		ByteBuffer block = encoder.finish(header, 7, null, null, new Checksum());
		int offset = block.position() + Format.BLOCK_HEADER_SIZE;
		List<byte[]> decoded = new ArrayList<>();
		for (int i = 0; i < header.count; i++) {
			byte[] payload = new byte[block.getInt(offset)];
			assertThat(block.get(offset + 4) & 0xFF).isEqualTo(type);
			block.get(offset + Format.RECORD_HEADER_SIZE, payload);
			decoded.add(payload);
			offset += Format.RECORD_HEADER_SIZE + payload.length;
		}
		assertThat(decoded).usingElementComparator(Arrays::compare).isEqualTo(payloads);
	}

	@Property(tries = 300)
	@Tag("D31")
	void anyBytesAfterAHeaderAreBlocksOrTheEndOrDamage(@ForAll @Size(max = 3000) byte[] bytes, @ForAll long salt)
			throws IOException {
		byte[] segment = new byte[4096 + bytes.length];
		System.arraycopy(bytes, 0, segment, 4096, bytes.length);
		SegmentHeader header = new SegmentHeader(1, new UUID(0, 0), 1, salt, 0, "");
		SegmentScan scan = SegmentScan.of(new MemoryFile(segment), header, 1, segment.length, -1, true);
		assertThat(scan.end()).isBetween(4096L, (long) segment.length);
		assertThat(scan.dirtyEnd()).isLessThanOrEqualTo(segment.length);
		assertThat(scan.records()).isZero();
	}

	@Property(tries = 200)
	@Tag("R3")
	void anyNameIsASegmentOnlyIfItIsTheNameOfThatSegment(@ForAll String name, @ForAll long number) {
		SegmentName.parse(name).ifPresent((parsed) -> assertThat(SegmentName.of(parsed)).isEqualTo(name));
		if (number > 0) {
			assertThat(SegmentName.parse(SegmentName.of(number))).hasValue(number);
		}
	}

}
