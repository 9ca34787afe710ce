// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wal.WalException;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.fuzz.FuzzedLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes the two headers that stand for themselves: the checkpoint file, and the first
 * page of a segment.
 */
class HeaderFilesFuzzTests {

	static Stream<byte[]> seeds() {
		Map<String, byte[]> files = FuzzedLog.intact();
		return Stream.of(new byte[0], files.get(SegmentName.CHECKPOINT), files.get(SegmentName.of(1)));
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("D31")
	void anyBytesAreAHeaderOrNothingOrATypedError(byte[] input) throws IOException {
		for (boolean sealed : new boolean[] { false, true }) {
			byte[] file = input.clone();
			if (sealed) {
				FuzzedLog.seal(Map.of(SegmentName.CHECKPOINT, file));
			}
			checkpoint(file);
			if (sealed) {
				FuzzedLog.seal(Map.of(SegmentName.of(1), file));
			}
			segmentHeader(file);
		}
	}

	private static void checkpoint(byte[] file) throws IOException {
		BytesStorage storage = new BytesStorage(Map.of(SegmentName.CHECKPOINT, file));
		try {
			CheckpointFile checkpoint = CheckpointFile.read(storage);
			assertThat(file).hasSize(64);
			assertThat(checkpoint).isNotNull();
			assertThat(checkpoint.lsn()).isNotNegative();
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining("checkpoint");
		}
	}

	private static void segmentHeader(byte[] file) {
		SegmentHeader header = SegmentHeader.decode(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
		if (header != null) {
			assertThat(header.version()).isPositive();
			assertThat(header.owner().length()).isLessThanOrEqualTo(255);
			if (header.version() == Format.VERSION && header.owner().indexOf('\uFFFD') < 0) {
				assertThat(SegmentHeader.decode(header.encode())).isEqualTo(header);
			}
		}
	}

}
