// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Decompresses the bodies of blocks. Keeps its memory for the next one. Not thread-safe.
 */
public final class BlockInflater implements AutoCloseable {

	private @Nullable BlockCodec codec;

	private ByteBuffer target = Format.buffer(0);

	/**
	 * Decompress the body of a block.
	 * @param header its header
	 * @param stored holds the body as stored
	 * @param index where the body begins in that buffer
	 * @return a buffer that has the body from 0 to its limit, valid until the next call,
	 * or {@code null} if the body is not what the header says
	 * @throws LinkageError if the library for it is not on the class path
	 */
	public @Nullable ByteBuffer inflate(BlockHeader header, ByteBuffer stored, int index) {
		BlockCodec codec = this.codec;
		if (codec == null || codec.id() != header.codec) {
			codec = BlockCodec.of(header.codec);
			this.codec = codec;
		}
		if (this.target.capacity() < header.decodedLength) {
			DirectMemory.give(this.target);
			this.target = DirectMemory.take(header.decodedLength);
		}
		this.target.clear();
		return codec.decompress(stored, index, header.storedLength, this.target, header.decodedLength)
				? this.target.limit(header.decodedLength) : null;
	}

	/**
	 * Release the memory.
	 */
	@Override
	public void close() {
		ByteBuffer target = this.target;
		this.target = Format.buffer(0);
		DirectMemory.give(target);
	}

}
