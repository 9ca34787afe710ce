package dev.wal.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4), which processors compute by themselves.
 * <p>
 * Within a segment every checksum begins with the segment's salt, so that a block of
 * another segment, another log or an earlier life of the same file never passes. Not
 * thread-safe.
 */
final class Checksum {

	private final CRC32C crc = new CRC32C();

	private final ByteBuffer saltBytes = Format.buffer(Long.BYTES);

	/**
	 * Return the checksum of a part of a buffer, whose position and limit stay.
	 */
	int of(ByteBuffer buffer, int from, int to) {
		this.crc.reset();
		return update(buffer, from, to);
	}

	/**
	 * Return the checksum of a salt and a part of a buffer, whose position and limit
	 * stay.
	 */
	int of(long salt, ByteBuffer buffer, int from, int to) {
		this.crc.reset();
		this.saltBytes.clear();
		this.saltBytes.putLong(0, salt);
		this.crc.update(this.saltBytes);
		return update(buffer, from, to);
	}

	private int update(ByteBuffer buffer, int from, int to) {
		int position = buffer.position();
		int limit = buffer.limit();
		buffer.limit(to).position(from);
		this.crc.update(buffer);
		buffer.limit(limit).position(position);
		return (int) this.crc.getValue();
	}

}
