// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.zip.CRC32;

/**
 * The records of xerv: total length u32, CRC-32 of what follows the node id u32, type u8,
 * trace id, node id u32, timestamp u64, 24 bytes of numbers, and two texts with their
 * lengths.
 */
final class XervDecoder implements FrameDecoder {

	private static final int MIN_LENGTH = 69;

	private static final int CRC_OFFSET = 4;

	private static final int TYPE_OFFSET = 8;

	private static final int CHECKED_OFFSET = 29;

	private static final int ERROR_OFFSET = 61;

	private static final int HIGHEST_TYPE = 10;

	private static final long NANOS = 1_000_000_000;

	private final int maxRecordSize;

	XervDecoder(int maxRecordSize) {
		this.maxRecordSize = maxRecordSize;
	}

	@Override
	public long firstOffset(LegacyFile file) {
		return 0;
	}

	@Override
	public int minLength() {
		return MIN_LENGTH;
	}

	@Override
	public boolean mayBegin(LegacyFile file, long offset, LongPredicate order) throws IOException {
		long length = file.getUnsignedInt(offset);
		return length >= MIN_LENGTH && length <= file.remaining(offset) && length <= this.maxRecordSize
				&& Byte.toUnsignedInt(file.getByte(offset + TYPE_OFFSET)) <= HIGHEST_TYPE
				&& textsFill(file, offset, length);
	}

	@Override
	public Frame decode(LegacyFile file, long offset) throws IOException {
		long remaining = file.remaining(offset);
		if (remaining < Integer.BYTES) {
			return Frame.bad(0, "the file ends within a length field");
		}
		long length = file.getUnsignedInt(offset);
		if (length < MIN_LENGTH || length > this.maxRecordSize) {
			return Frame.bad(0, "a length of " + length + " is not between " + MIN_LENGTH + " and the limit of "
					+ this.maxRecordSize);
		}
		if (length > remaining) {
			return Frame.bad(length, "only " + remaining + " of the " + length + " bytes of the record are there");
		}
		int type = Byte.toUnsignedInt(file.getByte(offset + TYPE_OFFSET));
		if (type > HIGHEST_TYPE) {
			return Frame.bad(length, "there is no record type " + type);
		}
		if (!textsFill(file, offset, length)) {
			return Frame.bad(length, "the lengths in the record contradict each other");
		}
		byte[] record = file.bytes(offset, (int) length);
		CRC32 crc = new CRC32();
		crc.update(record, CHECKED_OFFSET, record.length - CHECKED_OFFSET);
		if (crc.getValue() != file.getUnsignedInt(offset + CRC_OFFSET)) {
			return Frame.bad(length, "the record does not match its checksum");
		}
		long nanos = file.getLong(offset + CHECKED_OFFSET);
		Instant timestamp = Instant.ofEpochSecond(Long.divideUnsigned(nanos, NANOS),
				Long.remainderUnsigned(nanos, NANOS));
		return Frame.of(length,
				new LegacyRecord(file.name(), offset, OptionalLong.empty(), timestamp, type, ByteBuffer.wrap(record)));
	}

	/**
	 * The length of the record is covered by no checksum, but it is also the sum of its
	 * parts.
	 */
	private static boolean textsFill(LegacyFile file, long offset, long length) throws IOException {
		long error = file.getUnsignedInt(offset + ERROR_OFFSET);
		if (MIN_LENGTH + error > length) {
			return false;
		}
		long metadata = file.getUnsignedInt(offset + ERROR_OFFSET + Integer.BYTES + error);
		return MIN_LENGTH + error + metadata == length;
	}

}
