// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;

import dev.wal.Compression;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what blocks inflate to has its length, and no other.
 */
@Tag("R31")
class BlockCodecTests {

	private static final int LENGTH = 1000;

	@ParameterizedTest
	@CsvSource({ "LZ4,true", "LZ4,false", "ZSTD,true", "ZSTD,false" })
	void aBodyThatInflatesToAnotherLengthIsRefused(Compression compression, boolean direct) {
		BlockCodec codec = BlockCodec.of(compression);
		ByteBuffer compressed = buffer(true);
		int size = codec.compress(buffer(true), 0, LENGTH, compressed, 0, LENGTH);
		assertThat(size).isBetween(1, LENGTH - 1);
		ByteBuffer stored = buffer(direct).put(0, compressed, 0, size);
		for (int expected : new int[] { LENGTH - 1, LENGTH, LENGTH + 1 }) {
			assertThat(codec.decompress(stored, 0, size, buffer(direct), expected)).isEqualTo(expected == LENGTH);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void aBodyAboveTheLimitIsWrittenAsItIs(Compression compression) {
		BlockCompressor compressor = new BlockCompressor(BlockCodec.of(compression));
		assertThat(compressor.compress(Format.buffer(0), 0, Format.MAX_DECODED_SIZE + 1)).isNull();
		assertThat(compressor.takeFailure()).as("not even tried").isNull();
	}

	private static ByteBuffer buffer(boolean direct) {
		return direct ? Format.directBuffer(2 * LENGTH) : Format.buffer(2 * LENGTH);
	}

}
