// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import dev.wal.Compression;

/**
 * Compresses the bodies of blocks. Buffers are direct, their positions and limits stay.
 * Not thread-safe.
 */
public interface BlockCodec {

	/**
	 * Return the number of the codec in {@link Format block headers}.
	 */
	byte id();

	/**
	 * Compress.
	 * @param room the largest size of the result
	 * @return the size of the result, or -1 if it does not fit
	 */
	int compress(ByteBuffer source, int from, int length, ByteBuffer target, int at, int room);

	/**
	 * Restore what was compressed.
	 * @param target is filled from 0 on
	 * @param expected the size before compression
	 * @return whether the result has exactly that size
	 */
	boolean decompress(ByteBuffer source, int from, int length, ByteBuffer target, int expected);

	/**
	 * Return the codec for a setting other than {@link Compression#NONE}.
	 * @throws LinkageError if its library is not on the class path
	 */
	static BlockCodec of(Compression compression) {
		return of((compression == Compression.LZ4) ? Format.CODEC_LZ4 : Format.CODEC_ZSTD);
	}

	/**
	 * Return the codec of a compressed block.
	 * @throws LinkageError if its library is not on the class path
	 */
	static BlockCodec of(byte id) {
		return (id == Format.CODEC_LZ4) ? new Lz4Codec() : new ZstdCodec();
	}

	/**
	 * Return the library that a codec needs, as a build file names it.
	 */
	static String library(byte id) {
		return (id == Format.CODEC_LZ4) ? "at.yawk.lz4:lz4-java" : "com.github.luben:zstd-jni";
	}

}
