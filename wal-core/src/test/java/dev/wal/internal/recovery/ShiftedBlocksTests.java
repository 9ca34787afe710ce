// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.wal.CorruptionPolicy;
import dev.wal.WalCorruptedException;
import dev.wal.internal.format.Format;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.TestLogs;
import dev.wal.testing.TestLogs.Block;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.tools.TestVerification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for segments in which bytes were inserted or removed, so that the blocks after
 * them are no longer where they were written.
 */
@ExtendWith(QuietLog.class)
class ShiftedBlocksTests {

	private static final String NEWEST = SegmentName.of(3);

	@ParameterizedTest
	@ValueSource(ints = { -13, -3, -1, 1, 3, 5, 12 })
	@Tag("R63")
	@Tag("R64")
	void shiftedBlocksShowThatAcknowledgedRecordsAreMissing(int bytes) {
		for (int number = 1; number <= 3; number++) {
			String name = SegmentName.of(number);
			for (int at : placesIn(TestLogs.closed().get(name))) {
				BytesStorage storage = new BytesStorage(shifted(TestLogs.closed(), name, at, bytes));
				assertThatExceptionOfType(WalCorruptedException.class).as("%s at %s", name, at)
					.isThrownBy(() -> TestLogs.open(storage));
				assertThat(storage.changes()).isZero();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { -13, -3, -1, 1, 3, 5, 12 })
	@Tag("R64")
	@Tag("R100")
	void everyBlockThatIsStillThereIsRead(int bytes) {
		byte[] sound = TestLogs.closed().get(NEWEST);
		for (int at : placesIn(sound)) {
			Map<String, byte[]> files = shifted(TestLogs.closed(), NEWEST, at, bytes);
			List<Long> left = TestLogs.range(1, 12);
			left.removeAll(changed(sound, at, bytes));
			assertThat(TestVerification.verify(new BytesStorage(files)).records()).as("at %s", at)
				.isEqualTo(left.size());
			BytesStorage storage = new BytesStorage(files);
			for (int i = 0; i < 2; i++) {
				try (SegmentedLog wal = TestLogs.open(storage, CorruptionPolicy.SKIP)) {
					assertThat(TestLogs.read(wal)).as("at %s", at).isEqualTo(left);
				}
			}
		}
	}

	@Test
	@Tag("R64")
	void blocksBetweenTwoShiftsAreRead() {
		byte[] sound = TestLogs.closed().get(NEWEST);
		int first = TestLogs.block(sound, 9).offset() + 70;
		int second = TestLogs.block(sound, 11).offset() + 70;
		// Those after the second shift are at multiples of 8 again.
		Map<String, byte[]> files = shifted(shifted(TestLogs.closed(), NEWEST, second, 3), NEWEST, first, -3);
		List<Long> left = TestLogs.range(1, 12);
		left.removeAll(List.of(9L, 11L));
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(files), CorruptionPolicy.SKIP)) {
			assertThat(TestLogs.read(wal)).isEqualTo(left);
		}
	}

	@Test
	@Tag("R61")
	void whatNothingProvesIsStillATornTail() {
		// Nothing was forced after the last block of a killed process.
		byte[] sound = TestLogs.killed().get(NEWEST);
		int last = TestLogs.block(sound, 12).offset();
		Map<String, byte[]> files = shifted(TestLogs.killed(), NEWEST, last, 3);
		try (SegmentedLog wal = TestLogs.open(new BytesStorage(files))) {
			assertThat(TestLogs.read(wal)).isEqualTo(TestLogs.range(1, 11));
			assertThat(wal.tailState().isClean()).isFalse();
		}
	}

	/**
	 * Places from the first block to the last block with records.
	 */
	private static List<Integer> placesIn(byte[] segment) {
		List<Block> blocks = TestLogs.blocks(segment);
		int end = blocks.get(blocks.size() - 1).offset() - 16;
		return IntStream.iterate(Format.SEGMENT_HEADER_SIZE, (at) -> at < end, (at) -> at + 11).boxed().toList();
	}

	/**
	 * Return the LSNs of the blocks that are no longer whole.
	 */
	private static List<Long> changed(byte[] segment, int at, int bytes) {
		List<Long> lsns = new ArrayList<>();
		int end = (bytes < 0) ? at - bytes : at;
		for (Block block : TestLogs.blocks(segment)) {
			boolean inside = (bytes < 0) ? at < block.end() && end > block.offset()
					: at > block.offset() && at < block.end();
			if (inside && block.kind() == Format.KIND_DATA) {
				lsns.add(block.firstLsn());
			}
		}
		return lsns;
	}

	/**
	 * Remove bytes where their number is negative, otherwise insert some.
	 */
	private static Map<String, byte[]> shifted(Map<String, byte[]> files, String name, int at, int bytes) {
		byte[] sound = files.get(name);
		byte[] changed = new byte[sound.length + bytes];
		System.arraycopy(sound, 0, changed, 0, at);
		int from = (bytes < 0) ? at - bytes : at;
		int to = (bytes < 0) ? at : at + bytes;
		Arrays.fill(changed, at, to, (byte) ' ');
		System.arraycopy(sound, from, changed, to, sound.length - from);
		files.put(name, changed);
		return files;
	}

}
