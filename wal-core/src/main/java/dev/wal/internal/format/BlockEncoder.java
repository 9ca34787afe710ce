// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Puts the bytes of one block together. Its memory has room for a start block, which the
 * first block of a segment needs, then for the header and the body of the block itself.
 * Not thread-safe.
 */
public final class BlockEncoder {

	private static final int HEADER_OFFSET = Format.START_BLOCK_SIZE;

	private static final int BODY_OFFSET = HEADER_OFFSET + Format.BLOCK_HEADER_SIZE;

	private ByteBuffer buffer;

	/**
	 * Create an encoder.
	 * @param bodySize the largest body that fits
	 */
	public BlockEncoder(int bodySize) {
		this.buffer = DirectMemory.take(memory(bodySize));
		clear();
	}

	/**
	 * Return the memory that an encoder takes.
	 * @param bodySize the largest body that fits
	 */
	public static int memory(int bodySize) {
		return BODY_OFFSET + Format.align(bodySize);
	}

	/**
	 * Release the memory. The encoder may not be used any more.
	 */
	public void release() {
		ByteBuffer buffer = this.buffer;
		this.buffer = Format.buffer(0);
		DirectMemory.give(buffer);
	}

	public void clear() {
		this.buffer.clear().position(BODY_OFFSET);
	}

	public int bodySize() {
		return this.buffer.position() - BODY_OFFSET;
	}

	/**
	 * Return the size that the block has on disk if nothing is added.
	 */
	public int blockSize() {
		return Format.BLOCK_HEADER_SIZE + Format.align(bodySize());
	}

	/**
	 * Add a record. If this throws, nothing was added.
	 */
	public void add(int type, byte[] payload) {
		int start = this.buffer.position();
		try {
			this.buffer.putInt(payload.length).put((byte) type).put(payload);
		}
		catch (RuntimeException | Error ex) {
			this.buffer.position(start);
			throw ex;
		}
	}

	/**
	 * Add a record. If this throws, nothing was added.
	 */
	public void add(int type, ByteBuffer payload) {
		int start = this.buffer.position();
		try {
			this.buffer.putInt(payload.remaining()).put((byte) type).put(payload.duplicate());
		}
		catch (RuntimeException | Error ex) {
			this.buffer.position(start);
			throw ex;
		}
	}

	/**
	 * Remove the records added last.
	 * @param bodySize what is left
	 */
	public void truncate(int bodySize) {
		this.buffer.position(BODY_OFFSET + bodySize);
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
