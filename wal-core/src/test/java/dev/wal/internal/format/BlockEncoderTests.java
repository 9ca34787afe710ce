// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BlockEncoder} and {@link BlockCompressor} when something is thrown.
 */
class BlockEncoderTests {

	private static final long SALT = 7;

	@Test
	@Tag("R30")
	void recordThatCannotBeCopiedLeavesNothingOfItself() {
		byte[] tooLarge = new byte[1 << 20];
		BlockEncoder encoder = new BlockEncoder(100);
		encoder.add(1, new byte[10]);
		int before = encoder.bodySize();
		assertThatExceptionOfType(BufferOverflowException.class).isThrownBy(() -> encoder.add(2, tooLarge));
		assertThat(encoder.bodySize()).isEqualTo(before);
		assertThatExceptionOfType(BufferOverflowException.class)
			.isThrownBy(() -> encoder.add(2, ByteBuffer.wrap(tooLarge)));
		assertThat(encoder.bodySize()).isEqualTo(before);
		encoder.add(3, new byte[10]);
		assertThat(encoder.bodySize()).isEqualTo(2 * before);
	}

	@Test
	@Tag("R41")
	void blockThatCannotBeCompressedIsWrittenAsItIs() {
		for (Throwable failure : new Throwable[] { new OutOfMemoryError("direct buffer memory"),
				new NoClassDefFoundError("codec"), new IllegalStateException("codec") }) {
			BlockCompressor compressor = new BlockCompressor(new FailingCodec(failure));
			BlockEncoder encoder = new BlockEncoder(10_000);
			encoder.add(1, new byte[5000]);
			BlockHeader header = new BlockHeader();
			header.count = 1;
			header.firstLsn = 1;
			encoder.finish(header, SALT, null, compressor, new Checksum());
			assertThat(header.codec).isEqualTo(Format.CODEC_NONE);
			assertThat(header.storedLength).isEqualTo(header.decodedLength).isEqualTo(5005);
			assertThat(compressor.takeFailure()).isSameAs(failure);
			assertThat(compressor.takeFailure()).isNull();
		}
	}

	private record FailingCodec(Throwable failure) implements BlockCodec {

		@Override
		public byte id() {
			return Format.CODEC_LZ4;
		}

		@Override
		public int compress(ByteBuffer source, int from, int length, ByteBuffer target, int at, int room) {
			if (this.failure instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) this.failure;
		}

		@Override
		public boolean decompress(ByteBuffer source, int from, int length, ByteBuffer target, int decodedLength) {
			return false;
		}

	}

}
