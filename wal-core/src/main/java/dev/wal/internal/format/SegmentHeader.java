// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The first page of a segment, as {@link Format} lays it out.
 *
 * @param version the format version
 * @param logId the identity of the log
 * @param number the number of the segment
 * @param salt begins every checksum in the segment
 * @param created when it was created, in nanoseconds since the epoch
 * @param owner the application that the log belongs to, empty if none was named
 */
public record SegmentHeader(int version, UUID logId, long number, long salt, long created, String owner) {

	private static final long MAGIC = 0x0A1A0A0D4C41578DL;

	private static final int CRC_OFFSET = Format.SEGMENT_HEADER_SIZE - 4;

	private static final int OWNER_OFFSET = 58;

	public ByteBuffer encode() {
		ByteBuffer page = Format.directBuffer(Format.SEGMENT_HEADER_SIZE);
		byte[] name = this.owner.getBytes(StandardCharsets.UTF_8);
		page.putLong(0, MAGIC).putInt(8, this.version);
		page.putLong(16, this.logId.getMostSignificantBits()).putLong(24, this.logId.getLeastSignificantBits());
		page.putLong(32, this.number).putLong(40, this.salt).putLong(48, this.created);
		page.putShort(56, (short) name.length).put(OWNER_OFFSET, name);
		page.putInt(CRC_OFFSET, new Checksum().of(page, 0, CRC_OFFSET));
		return page;
	}

	/**
	 * Return the header in a page, or {@code null} if the page is not an undamaged
	 * header. Of the header of a newer version only the version is returned: what the
	 * rest means is unknown.
	 */
	public static @Nullable SegmentHeader decode(ByteBuffer page) {
		if (page.limit() < Format.SEGMENT_HEADER_SIZE || page.getLong(0) != MAGIC) {
			return null;
		}
		boolean intact = page.getInt(CRC_OFFSET) == new Checksum().of(page, 0, CRC_OFFSET);
		int version = page.getInt(8);
		if (!intact || version < 1) {
			return null;
		}
		if (version > Format.VERSION) {
			return new SegmentHeader(version, new UUID(0, 0), 0, 0, 0, "");
		}
		int length = page.getShort(56);
		if (length < 0 || length > 255) {
			return null;
		}
		byte[] name = new byte[length];
		page.get(OWNER_OFFSET, name);
		return new SegmentHeader(version, new UUID(page.getLong(16), page.getLong(24)), page.getLong(32),
				page.getLong(40), page.getLong(48), new String(name, StandardCharsets.UTF_8));
	}

}
