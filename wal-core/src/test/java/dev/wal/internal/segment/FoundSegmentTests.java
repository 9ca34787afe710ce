// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.util.UUID;

import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for which segment another one can follow.
 */
@Tag("R68")
class FoundSegmentTests {

	private final FoundSegment segment = found(2, 1, new StartBlock(5, 1, 4, 9000));

	private static FoundSegment found(long number, long saltBefore, StartBlock start) {
		SegmentHeader header = new SegmentHeader(Format.VERSION, new UUID(0, 1), number, number, 0, "", number - 1,
				saltBefore, Format.SEGMENT_HEADER_SIZE);
		return new FoundSegment(number, 9000, header, start, null, false, 0);
	}

	private String problemBefore(long lastLsnBefore) {
		StartBlock start = new StartBlock(9, 2, lastLsnBefore, 9000);
		return this.segment.problemBefore(found(3, 2, start), start);
	}

	@Test
	void aSegmentWithRecordsComesBeforeTheOneThatFollowsItsLast() {
		assertThat(problemBefore(8)).isNull();
	}

	@Test
	void aSegmentWithoutRecordsEndsBelowItsFirstLsn() {
		assertThat(problemBefore(4)).isNull();
	}

	@Test
	void aSegmentThatBeginsAfterTheEndItsSuccessorNamesIsAnother() {
		assertThat(problemBefore(3)).contains("begins with LSN 5", "ends with LSN 3");
	}

	@Test
	void aSegmentWithAnotherSaltThanItsSuccessorNamesIsAnother() {
		StartBlock start = new StartBlock(9, 2, 8, 9000);
		assertThat(this.segment.problemBefore(found(3, 4711, start), start)).contains("files of different times");
	}

}
