// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.MemoryFile;
import dev.wal.testing.fuzz.FuzzedLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes the blocks behind a segment header: the block header, the start block, the
 * reader, and the scan that judges how a segment ends.
 */
class BlocksFuzzTests {

	private static final SegmentHeader HEADER = new SegmentHeader(1, new UUID(1, 2), 1, 4711, 0, "");

	static Stream<byte[]> seeds() {
		byte[] segment = FuzzedLog.intact().get(SegmentName.of(1));
		byte[] blocks = new byte[1 + segment.length - 4096];
		System.arraycopy(segment, 4096, blocks, 1, segment.length - 4096);
		byte[] open = blocks.clone();
		open[0] = 1;
		return Stream.of(new byte[0], blocks, open, Arrays.copyOf(blocks, blocks.length - 20));
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("D18")
	@Tag("D31")
	void anyBytesAfterAHeaderAreBlocksOrTheEndOrDamage(byte[] input) throws IOException {
		int mode = (input.length > 0) ? input[0] : 0;
		byte[] segment = Arrays.copyOf(TestLogs.bytes(HEADER.encode()), 4096 + Math.max(0, input.length - 1));
		System.arraycopy(input, Math.min(1, input.length), segment, 4096, segment.length - 4096);
		if ((mode & 1) == 0) {
			FuzzedLog.seal(new TreeMap<>(Map.of(SegmentName.of(1), segment)));
		}
		long sealedLsn = ((mode & 2) != 0) ? mode >> 2 & 15 : -1;
		long limit = ((mode & 0x40) != 0) ? segment.length + 8 : segment.length;
		SegmentScan scan = SegmentScan.of(new MemoryFile(segment), HEADER, 1, limit, sealedLsn, (mode & 0x80) != 0);
		assertThat(scan.end()).isBetween(4096L, limit);
		assertThat(scan.dirtyEnd()).isLessThanOrEqualTo(limit);
		assertThat(scan.records()).isBetween(0L, mostRecords(segment));
		for (SegmentScan.Gap gap : scan.gaps()) {
			assertThat(gap.to()).isBetween(gap.from(), limit);
		}
		assertThat(blocks(segment)).isLessThanOrEqualTo(segment.length / Format.BLOCK_HEADER_SIZE);
	}

	/**
	 * A compressed block may say that it holds many more records than it has bytes.
	 */
	private static long mostRecords(byte[] segment) {
		long blocks = segment.length / Format.BLOCK_HEADER_SIZE;
		return blocks * Format.MAX_DECODED_SIZE / Format.RECORD_HEADER_SIZE;
	}

	private static int blocks(byte[] segment) throws IOException {
		int blocks = 0;
		try (BlockReader reader = new BlockReader(new MemoryFile(segment), HEADER.salt(), segment.length)) {
			while (reader.next() == BlockReader.Step.BLOCK) {
				blocks++;
				BlockHeader header = reader.header();
				assertThat(reader.nextOffset()).isBetween(reader.offset() + header.size(), (long) segment.length);
				assertThat(header.nextLsn()).isPositive();
				if (header.kind == Format.KIND_START) {
					assertThat(StartBlock.decode(header, reader.body(), reader.bodyIndex()).firstLsn())
						.isEqualTo(header.firstLsn);
				}
			}
		}
		return blocks;
	}

}
