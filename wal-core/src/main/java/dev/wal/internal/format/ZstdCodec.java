// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * A Zstandard frame without checksum: the block header has one.
 */
final class ZstdCodec implements BlockCodec {

	/** Others wait while a block is compressed, and higher levels save little more. */
	private static final int LEVEL = 1;

	@Override
	public byte id() {
		return Format.CODEC_ZSTD;
	}

	@Override
	public int compress(ByteBuffer source, int from, int length, ByteBuffer target, int at, int room) {
		try {
			return (int) Zstd.compressDirectByteBuffer(target, at, room, source, from, length, LEVEL);
		}
		catch (ZstdException ex) {
			return -1;
		}
	}

	@Override
	public boolean decompress(ByteBuffer source, int from, int length, ByteBuffer target, int expected) {
		if (!source.isDirect() || !target.isDirect()) {
			return decompressOnHeap(source, from, length, target, expected);
		}
		try {
			return Zstd.decompressDirectByteBuffer(target, 0, expected, source, from, length) == expected;
		}
		catch (ZstdException ex) {
			return false;
		}
	}

	/**
	 * Decompress where there was no direct memory for one of the buffers.
	 */
	private static boolean decompressOnHeap(ByteBuffer source, int from, int length, ByteBuffer target, int expected) {
		byte[] compressed = new byte[length];
		source.get(from, compressed);
		byte[] decompressed = new byte[expected];
		try {
			if (Zstd.decompressByteArray(decompressed, 0, expected, compressed, 0, length) != expected) {
				return false;
			}
		}
		catch (ZstdException ex) {
			return false;
		}
		target.put(0, decompressed);
		return true;
	}

}
