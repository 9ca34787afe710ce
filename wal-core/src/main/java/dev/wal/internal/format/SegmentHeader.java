// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The header of a segment, as {@link Format} lays it out.
 *
 * @param version the format version
 * @param logId the identity of the log
 * @param number the number of the segment
 * @param salt begins every checksum in the segment
 * @param created when it was created, in nanoseconds since the epoch
 * @param owner the application that the log belongs to, empty if none was named
 * @param numberBefore the number of the segment before, 0 if there never was one
 * @param saltBefore the salt of the segment before
 * @param zeroedTo the offset up to which the file had been forced as zeros when the
 * header was written. A byte below it that is not zero was written to this segment
 */
public record SegmentHeader(int version, UUID logId, long number, long salt, long created, String owner,
		long numberBefore, long saltBefore, long zeroedTo) {

	private static final long MAGIC = 0x0A1A0A0D4C41578DL;

	private static final int CRC_OFFSET = Format.HEADER_COPY_SIZE - 4;

	private static final int OWNER_OFFSET = 58;

	private static final int BEFORE_OFFSET = 320;

	// Written out for the reason that the control record gives.
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SegmentHeader header && this.version == header.version && this.number == header.number
				&& this.salt == header.salt && this.created == header.created && this.logId.equals(header.logId)
				&& this.owner.equals(header.owner) && this.numberBefore == header.numberBefore
				&& this.saltBefore == header.saltBefore && this.zeroedTo == header.zeroedTo;
	}

	@Override
	public int hashCode() {
		return Long.hashCode(this.salt);
	}

	/**
	 * Return the first bytes of a segment: the header, twice.
	 */
	public ByteBuffer encode() {
		ByteBuffer both = Format.buffer(Format.SEGMENT_HEADER_SIZE);
		byte[] name = this.owner.getBytes(StandardCharsets.UTF_8);
		both.putLong(0, MAGIC).putInt(8, this.version);
		both.putLong(16, this.logId.getMostSignificantBits()).putLong(24, this.logId.getLeastSignificantBits());
		both.putLong(32, this.number).putLong(40, this.salt).putLong(48, this.created);
		both.putShort(56, (short) name.length).put(OWNER_OFFSET, name);
		both.putLong(BEFORE_OFFSET, this.numberBefore)
			.putLong(BEFORE_OFFSET + 8, this.saltBefore)
			.putLong(BEFORE_OFFSET + 16, this.zeroedTo);
		both.putInt(CRC_OFFSET, new Checksum().of(both, 0, CRC_OFFSET));
		both.put(Format.HEADER_COPY_SIZE, both, 0, Format.HEADER_COPY_SIZE);
		return both;
	}

	/**
	 * Return the header in the first bytes of a segment, or {@code null} if those are not
	 * an undamaged header. Of the header of another version only the version is returned:
	 * what the rest means is unknown.
	 * @param page has one copy of the header at its beginning
	 */
	public static @Nullable SegmentHeader decode(ByteBuffer page) {
		return decode(page, 0);
	}

	/**
	 * Return one copy of a header, as {@link #decode(ByteBuffer)} does.
	 * @param offset where the copy begins in the buffer
	 */
	public static @Nullable SegmentHeader decode(ByteBuffer page, int offset) {
		if (page.limit() < offset + Format.HEADER_COPY_SIZE || page.getLong(offset) != MAGIC) {
			return null;
		}
		boolean intact = page.getInt(offset + CRC_OFFSET) == new Checksum().of(page, offset, offset + CRC_OFFSET);
		int version = page.getInt(offset + 8);
		if (!intact || version < 1) {
			return null;
		}
		if (version != Format.VERSION) {
			return new SegmentHeader(version, new UUID(0, 0), 0, 0, 0, "", 0, 0, 0);
		}
		int length = page.getShort(offset + 56);
		if (length < 0 || length > 255) {
			return null;
		}
		byte[] name = new byte[length];
		page.get(offset + OWNER_OFFSET, name);
		int before = offset + BEFORE_OFFSET;
		return new SegmentHeader(version, new UUID(page.getLong(offset + 16), page.getLong(offset + 24)),
				page.getLong(offset + 32), page.getLong(offset + 40), page.getLong(offset + 48),
				new String(name, StandardCharsets.UTF_8), page.getLong(before), page.getLong(before + 8),
				page.getLong(before + 16));
	}

}
