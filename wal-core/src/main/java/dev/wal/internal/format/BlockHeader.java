// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

/**
 * The header of a block, as {@link Format} lays it out. Mutable, so that reading a log
 * allocates none per block.
 */
public final class BlockHeader {

	public byte kind;

	public byte codec;

	public int storedLength;

	public int decodedLength;

	public long firstLsn;

	public int count;

	public int bodyCrc;

	public long timestamp;

	public long durableLsn;

	/**
	 * Write this header in front of a body, and the checksums of both.
	 * @param buffer has the body, padded, right after the header
	 * @param offset where the header begins
	 */
	public void encode(ByteBuffer buffer, int offset, long salt, Checksum checksum) {
		int body = offset + Format.BLOCK_HEADER_SIZE;
		this.bodyCrc = checksum.of(salt, buffer, body, body + Format.align(this.storedLength));
		buffer.putInt(offset, Format.BLOCK_MAGIC);
		buffer.put(offset + 4, this.kind).put(offset + 5, this.codec).putShort(offset + 6, (short) 0);
		buffer.putInt(offset + 8, this.storedLength).putInt(offset + 12, this.decodedLength);
		buffer.putLong(offset + 16, this.firstLsn).putInt(offset + 24, this.count);
		buffer.putInt(offset + 28, this.bodyCrc).putLong(offset + 32, this.timestamp);
		buffer.putLong(offset + 40, this.durableLsn).putInt(offset + 48, 0);
		buffer.putInt(offset + 52, checksum.of(salt, buffer, offset, offset + 52));
	}

	/**
	 * Read a header. No field is used before its checksum was verified.
	 * @return whether there is a valid header at the offset
	 */
	public boolean decode(ByteBuffer buffer, int offset, long salt, Checksum checksum) {
		if (buffer.getInt(offset) != Format.BLOCK_MAGIC
				|| buffer.getInt(offset + 52) != checksum.of(salt, buffer, offset, offset + 52)) {
			return false;
		}
		this.kind = buffer.get(offset + 4);
		this.codec = buffer.get(offset + 5);
		this.storedLength = buffer.getInt(offset + 8);
		this.decodedLength = buffer.getInt(offset + 12);
		this.firstLsn = buffer.getLong(offset + 16);
		this.count = buffer.getInt(offset + 24);
		this.bodyCrc = buffer.getInt(offset + 28);
		this.timestamp = buffer.getLong(offset + 32);
		this.durableLsn = buffer.getLong(offset + 40);
		return true;
	}

	/**
	 * Return whether this is a header that this version writes. If it is not, though its
	 * checksum is right, no crash tore it: a newer version wrote it, or it was forged.
	 */
	public boolean isKnown() {
		return this.kind >= Format.KIND_DATA && this.kind <= Format.KIND_CLOSE && this.storedLength >= 0
				&& this.storedLength <= Format.MAX_BODY_SIZE && hasLengthOfItsCodec() && this.count >= 0
				&& this.durableLsn >= 0 && this.firstLsn > this.durableLsn && nextLsn() > 0
				&& (long) this.count * Format.RECORD_HEADER_SIZE <= this.decodedLength
				&& (this.count > 0) == (this.kind == Format.KIND_DATA) && hasLengthOfItsKind();
	}

	private boolean hasLengthOfItsCodec() {
		return switch (this.codec) {
			case Format.CODEC_NONE -> this.decodedLength == this.storedLength;
			case Format.CODEC_LZ4, Format.CODEC_ZSTD -> this.kind == Format.KIND_DATA && this.storedLength > 0
					&& this.decodedLength > this.storedLength && this.decodedLength <= Format.MAX_DECODED_SIZE;
			default -> false;
		};
	}

	private boolean hasLengthOfItsKind() {
		return switch (this.kind) {
			case Format.KIND_START -> this.storedLength == Format.START_BODY_SIZE;
			case Format.KIND_CLOSE -> this.storedLength == 0;
			default -> true;
		};
	}

	/**
	 * Return the LSN that the block after this one has to begin with.
	 */
	public long nextLsn() {
		return this.firstLsn + this.count;
	}

	/**
	 * Return the size of the whole block on disk.
	 */
	public int size() {
		return Format.BLOCK_HEADER_SIZE + Format.align(this.storedLength);
	}

}
