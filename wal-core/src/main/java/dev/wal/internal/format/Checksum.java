// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4), for which processors have instructions.
 * <p>
 * Within a segment every checksum begins with the segment's salt, so that a block of
 * another segment, another log or an earlier life of the same file never passes. Not
 * thread-safe.
 */
public final class Checksum {

	private final CRC32C crc = new CRC32C();

	private final byte[] saltBytes = new byte[Long.BYTES];

	private long salt;

	/**
	 * Return the checksum of a part of a buffer, whose position and limit stay.
	 */
	public int of(ByteBuffer buffer, int from, int to) {
		this.crc.reset();
		return update(buffer, from, to);
	}

	/**
	 * Return the checksum of a salt and a part of a buffer, whose position and limit
	 * stay.
	 */
	public int of(long salt, ByteBuffer buffer, int from, int to) {
		this.crc.reset();
		if (salt != this.salt) {
			ByteBuffer.wrap(this.saltBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, salt);
			this.salt = salt;
		}
		this.crc.update(this.saltBytes);
		return update(buffer, from, to);
	}

	/**
	 * Return whether a part of a buffer is zero, as surely as a checksum tells of a
	 * block. Far faster than a loop in a JVM that has just started and compiled nothing
	 * yet; that is when the unused ends of segments are read.
	 */
	public boolean isZero(ByteBuffer buffer, int from, int to) {
		int index = from;
		for (; index + Zeros.SIZE <= to; index += Zeros.SIZE) {
			if (of(buffer, index, index + Zeros.SIZE) != Zeros.CHECKSUM) {
				return false;
			}
		}
		return Format.isZero(buffer, index, to);
	}

	private int update(ByteBuffer buffer, int from, int to) {
		int position = buffer.position();
		int limit = buffer.limit();
		buffer.limit(to).position(from);
		this.crc.update(buffer);
		buffer.limit(limit).position(position);
		return (int) this.crc.getValue();
	}

	/** What zeros look like. */
	private static final class Zeros {

		static final int SIZE = 16 * 1024;

		static final int CHECKSUM = new Checksum().of(Format.buffer(SIZE), 0, SIZE);

	}

}
