// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.zip.CRC32;

/**
 * The frames of walogs: length of the data u32, CRC-32 of length, LSN and data u32, LSN
 * u64, data.
 */
final class WalogsDecoder implements FrameDecoder {

	private static final int HEADER = 16;

	private static final int LSN_OFFSET = 8;

	private static final int MAX_DATA = 16 << 20;

	private final int maxData;

	WalogsDecoder(int maxRecordSize) {
		this.maxData = Math.min(maxRecordSize, MAX_DATA);
	}

	@Override
	public long firstOffset(LegacyFile file) {
		return 0;
	}

	@Override
	public int minLength() {
		return HEADER;
	}

	@Override
	public boolean mayBegin(LegacyFile file, long offset, LongPredicate order) throws IOException {
		long length = file.getUnsignedInt(offset);
		return length <= this.maxData && HEADER + length <= file.remaining(offset)
				&& order.test(file.getLong(offset + LSN_OFFSET));
	}

	@Override
	public Frame decode(LegacyFile file, long offset) throws IOException {
		long remaining = file.remaining(offset);
		if (remaining < HEADER) {
			return Frame.bad(0, "only " + remaining + " bytes of a frame's header are there");
		}
		long length = file.getUnsignedInt(offset);
		if (length > this.maxData) {
			return Frame.bad(0, "a length of " + length + " is above the limit of " + this.maxData);
		}
		if (HEADER + length > remaining) {
			return Frame.bad(HEADER + length,
					"only " + (remaining - HEADER) + " of the " + length + " bytes of the entry are there");
		}
		byte[] header = file.bytes(offset, HEADER);
		byte[] data = file.bytes(offset + HEADER, (int) length);
		CRC32 crc = new CRC32();
		crc.update(header, 0, Integer.BYTES);
		crc.update(header, LSN_OFFSET, Long.BYTES);
		crc.update(data);
		if (crc.getValue() != file.getUnsignedInt(offset + Integer.BYTES)) {
			return Frame.bad(HEADER + length, "the entry does not match its checksum");
		}
		long lsn = file.getLong(offset + LSN_OFFSET);
		return Frame.of(HEADER + length,
				new LegacyRecord(file.name(), offset, OptionalLong.of(lsn), null, 0, ByteBuffer.wrap(data)));
	}

}
