// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * The memory in which one block is put together: room for the start block of a segment,
 * should the block turn out to be the first one, then the block's header and its body.
 * Not thread-safe.
 */
public final class WriteBuffer {

	private static final int HEADER_OFFSET = Format.START_BLOCK_SIZE;

	private static final int BODY_OFFSET = HEADER_OFFSET + Format.BLOCK_HEADER_SIZE;

	private final ByteBuffer buffer;

	/**
	 * Create a buffer.
	 * @param bodySize the largest body that fits
	 */
	public WriteBuffer(int bodySize) {
		this.buffer = Format.directBuffer(BODY_OFFSET + Format.align(bodySize));
		clear();
	}

	public void clear() {
		this.buffer.clear().position(BODY_OFFSET);
	}

	public int bodySize() {
		return this.buffer.position() - BODY_OFFSET;
	}

	/**
	 * Return the size that the block would have on disk, were it closed now.
	 */
	public int blockSize() {
		return Format.BLOCK_HEADER_SIZE + Format.align(bodySize());
	}

	public void add(int type, byte[] payload) {
		this.buffer.putInt(payload.length).put((byte) type).put(payload);
	}

	public void add(int type, ByteBuffer payload) {
		this.buffer.putInt(payload.remaining()).put((byte) type).put(payload.duplicate());
	}

	/**
	 * Close the block.
	 * @param header has all but the codec, the lengths and the checksums
	 * @param start the start block to put in front, or {@code null}
	 * @param compressor compresses the body if it can, or {@code null}
	 * @return what is to be written, from its position to its limit
	 */
	public ByteBuffer finish(BlockHeader header, long salt, @Nullable StartBlock start,
			@Nullable BlockCompressor compressor, Checksum checksum) {
		ByteBuffer block = this.buffer;
		header.kind = Format.KIND_DATA;
		header.codec = Format.CODEC_NONE;
		header.decodedLength = bodySize();
		ByteBuffer compressed = (compressor != null) ? compressor.compress(block, BODY_OFFSET, bodySize()) : null;
		if (compressor != null && compressed != null) {
			block = compressed;
			header.codec = compressor.codecId();
		}
		header.storedLength = block.position() - BODY_OFFSET;
		while ((block.position() & 7) != 0) {
			block.put((byte) 0);
		}
		header.encode(block, HEADER_OFFSET, salt, checksum);
		block.flip().position(HEADER_OFFSET);
		if (start != null) {
			start.encode(block, 0, salt, header.timestamp, header.durableLsn, checksum);
			block.position(0);
		}
		return block;
	}

}
