// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * The LZ4 block format, without a frame: the block header has the lengths and checksums.
 */
final class Lz4Codec implements BlockCodec {

	private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();

	/** The one that checks bounds. */
	private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();

	@Override
	public byte id() {
		return Format.CODEC_LZ4;
	}

	@Override
	public int compress(ByteBuffer source, int from, int length, ByteBuffer target, int at, int room) {
		try {
			return this.compressor.compress(source, from, length, target, at, room);
		}
		catch (LZ4Exception ex) {
			return -1;
		}
	}

	@Override
	public boolean decompress(ByteBuffer source, int from, int length, ByteBuffer target, int expected) {
		try {
			return this.decompressor.decompress(source, from, length, target, 0, expected) == expected;
		}
		catch (LZ4Exception ex) {
			return false;
		}
	}

}
