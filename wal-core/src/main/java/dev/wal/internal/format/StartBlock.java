// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

/**
 * The first block of a segment, which names the segment before it.
 *
 * @param firstLsn the LSN of the segment's first record. It is one above
 * {@code lastLsnBefore} unless a recovery gave up acknowledged records there.
 * @param numberBefore the number of the segment before, 0 if there never was one
 * @param lastLsnBefore the last LSN of the segment before
 * @param endBefore the offset at which the segment before ends
 */
public record StartBlock(long firstLsn, long numberBefore, long lastLsnBefore, long endBefore) {

	/**
	 * Write the block into a buffer.
	 */
	public void encode(ByteBuffer buffer, int offset, long salt, long timestamp, long durableLsn, Checksum checksum) {
		int body = offset + Format.BLOCK_HEADER_SIZE;
		buffer.putLong(body, this.numberBefore)
			.putLong(body + 8, this.lastLsnBefore)
			.putLong(body + 16, this.endBefore);
		BlockHeader header = new BlockHeader();
		header.kind = Format.KIND_START;
		header.storedLength = Format.START_BODY_SIZE;
		header.decodedLength = Format.START_BODY_SIZE;
		header.firstLsn = this.firstLsn;
		header.timestamp = timestamp;
		header.durableLsn = durableLsn;
		header.encode(buffer, offset, salt, checksum);
	}

	/**
	 * Return whether a segment can follow another like this. If it cannot, though the
	 * checksum of the block is right, that is damage and no crash.
	 */
	public boolean isPossible() {
		return this.numberBefore >= 0 && this.lastLsnBefore >= 0 && this.lastLsnBefore < this.firstLsn
				&& this.endBefore >= 0;
	}

	public static StartBlock decode(BlockHeader header, ByteBuffer body, int offset) {
		return new StartBlock(header.firstLsn, body.getLong(offset), body.getLong(offset + 8),
				body.getLong(offset + 16));
	}

}
