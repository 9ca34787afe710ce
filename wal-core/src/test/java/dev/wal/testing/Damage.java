// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.wal.internal.format.Format;
import dev.wal.internal.segment.SegmentName;

/**
 * Damage to a log of three segments with LSN 1 to 4, 5 to 8 and 9 to 12.
 *
 * @param name the name
 * @param change does the damage
 * @param segment the segment where it is, 0 for the checkpoint file
 * @param lost the LSNs that are lost
 * @param prefix the last LSN before the damage
 * @param seen the highest LSN that could have been there
 */
public record Damage(String name, UnaryOperator<Map<String, byte[]>> change, long segment, List<Long> lost, long prefix,
		long seen) {

	public Map<String, byte[]> apply(Map<String, byte[]> log) {
		return this.change.apply(TestLogs.copy(log));
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * Return damage of every kind, at every place.
	 */
	public static Stream<Damage> all() {
		long bound = 8 + (tailSize() / Format.RECORD_HEADER_SIZE) + 1;
		return Stream.of(damage("tail segment, middle", 3, block(3, 10), List.of(10L), 9, 12),
				damage("tail segment, two places", 3, (log) -> block(3, 11).apply(block(3, 9).apply(log)),
						List.of(9L, 11L), 8, 12),
				damage("tail segment, end", 3, block(3, 12), List.of(12L), 11, 12),
				damage("tail segment, all blocks", 3,
						(log) -> block(3, 9).and(block(3, 10)).and(block(3, 11)).and(block(3, 12)).apply(log),
						TestLogs.range(9, 12), 8, 12),
				damage("older segment, middle", 2, block(2, 6), List.of(6L), 5, 12),
				damage("older segment, end", 2, block(2, 8), List.of(8L), 7, 12),
				damage("older segment, cut off", 2, cutOff(2, 7), List.of(7L, 8L), 6, 12),
				damage("two segments", 1, (log) -> block(1, 3).and(block(2, 8)).and(block(3, 9)).apply(log),
						List.of(3L, 8L, 9L), 2, 12),
				damage("start block of the oldest", 1, start(1), List.of(), 0, 12),
				damage("start block of the middle", 2, start(2), List.of(), 4, 12),
				damage("start block of the newest", 3, start(3), List.of(), 8, 12),
				damage("start block and first block of the newest", 3, start(3).and(block(3, 9)), List.of(9L), 8, 12),
				damage("start blocks of all", 1, start(1).and(start(2)).and(start(3)), List.of(), 0, 12),
				damage("header of the oldest", 1, header(1), List.of(3L, 4L), 0, 12),
				damage("header of the middle", 2, header(2), TestLogs.range(5, 8), 4, 12),
				damage("header of the newest", 3, header(3), TestLogs.range(9, bound), 8, bound),
				damage("missing oldest", 1, missing(1), List.of(3L, 4L), 0, 12),
				damage("missing middle", 2, missing(2), TestLogs.range(5, 8), 4, 12),
				damage("missing oldest and middle", 2, missing(1).and(missing(2)), TestLogs.range(3, 8), 0, 12),
				damage("checkpoint file", 0, Damage::checkpoint, List.of(), 12, 12));
	}

	private static long tailSize() {
		return TestLogs.closed().get(SegmentName.of(3)).length;
	}

	private static Damage damage(String name, long segment, Change change, List<Long> lost, long prefix, long seen) {
		return new Damage(name, change::apply, segment, lost, prefix, seen);
	}

	/**
	 * Return what breaks the block of a segment in which an LSN is.
	 */
	public static Change block(long number, long lsn) {
		return (log) -> TestLogs.with(log, SegmentName.of(number), (bytes) -> {
			TestLogs.Block block = intact(number, lsn);
			TestLogs.flip(bytes, (block.offset() + Format.BLOCK_HEADER_SIZE + 7) * 8L);
		});
	}

	/**
	 * All logs here are laid out alike, so that a block can be found in a damaged one.
	 */
	private static TestLogs.Block intact(long number, long lsn) {
		return TestLogs.block(TestLogs.closed().get(SegmentName.of(number)), lsn);
	}

	private static Change cutOff(long number, long lsn) {
		return (log) -> {
			log.computeIfPresent(SegmentName.of(number),
					(name, bytes) -> Arrays.copyOf(bytes, intact(number, lsn).offset() + 61));
			return log;
		};
	}

	private static Change start(long number) {
		return (log) -> TestLogs.with(log, SegmentName.of(number),
				(bytes) -> TestLogs.flip(bytes, (Format.SEGMENT_HEADER_SIZE + 33) * 8L));
	}

	private static Change header(long number) {
		return (log) -> TestLogs.with(log, SegmentName.of(number), (bytes) -> TestLogs.flip(bytes, 41 * 8L));
	}

	private static Change missing(long number) {
		return (log) -> {
			log.remove(SegmentName.of(number));
			return log;
		};
	}

	/**
	 * Break the checkpoint file of a log.
	 */
	public static Map<String, byte[]> checkpoint(Map<String, byte[]> log) {
		return TestLogs.with(log, SegmentName.CHECKPOINT, (bytes) -> TestLogs.flip(bytes, 33 * 8L));
	}

	/**
	 * Does damage to a log.
	 */
	@FunctionalInterface
	public interface Change extends UnaryOperator<Map<String, byte[]>> {

		default Change and(Change next) {
			return (log) -> next.apply(apply(log));
		}

	}

}
