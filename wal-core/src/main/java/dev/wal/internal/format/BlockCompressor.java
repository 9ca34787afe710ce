// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks that are about to be written, where that pays. Not thread-safe.
 */
public final class BlockCompressor {

	/** Compression of a smaller body gains too little. */
	private static final int SMALLEST = 512;

	/** After this many blocks at most, compression is tried again. */
	private static final int LONGEST_PAUSE = 64;

	private final BlockCodec codec;

	private ByteBuffer target = Format.directBuffer(0);

	/** How many blocks are still to be written uncompressed. */
	private int pause;

	/** The length of the last pause; doubles each time that compression does not pay. */
	private int lastPause;

	private @Nullable Throwable failure;

	public BlockCompressor(BlockCodec codec) {
		this.codec = codec;
	}

	/**
	 * Return what the codec threw since this was asked last, or {@code null}. The block
	 * was written as it is then.
	 */
	public @Nullable Throwable takeFailure() {
		Throwable failure = this.failure;
		this.failure = null;
		return failure;
	}

	byte codecId() {
		return this.codec.id();
	}

	/**
	 * Compress the body of a block.
	 * @param source holds the body
	 * @param from where it begins, in the result as well
	 * @return a buffer positioned at the end of the compressed body, valid until the next
	 * call, or {@code null} if the body is to be written as it is
	 */
	@Nullable ByteBuffer compress(ByteBuffer source, int from, int length) {
		if (length < SMALLEST || length > Format.MAX_DECODED_SIZE) {
			return null;
		}
		if (this.pause > 0) {
			this.pause--;
			return null;
		}
		int size;
		try {
			int room = length - length / 8;
			if (this.target.capacity() < from + room + Long.BYTES) {
				this.target = Format.directBuffer(from + room + Long.BYTES);
			}
			size = this.codec.compress(source, from, length, this.target.clear(), from, room);
		}
		catch (Throwable ex) {
			// Want of memory, or a broken library. The block can be written as it is.
			this.failure = ex;
			size = -1;
		}
		if (size < 0) {
			this.lastPause = Math.min(LONGEST_PAUSE, Math.max(1, this.lastPause * 2));
			this.pause = this.lastPause;
			return null;
		}
		this.lastPause = 0;
		return this.target.position(from + size);
	}

}
