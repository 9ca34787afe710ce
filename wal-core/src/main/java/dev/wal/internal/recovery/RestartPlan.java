// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.wal.CorruptionPolicy;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Where a log continues after damage that the policy allows: in a new segment, whose
 * start block tells of the gap. The LSNs in the gap are never used again.
 *
 * @param segments the segments of the log that stay, oldest first
 * @param start what the new segment begins with
 * @param leftOut the files after them that are no part of the log any more
 */
record RestartPlan(List<Segment> segments, StartBlock start, List<FoundSegment> leftOut) {

	RestartPlan {
		segments = List.copyOf(segments);
		leftOut = List.copyOf(leftOut);
	}

	/**
	 * Decide where the log continues.
	 * @param segments the segments of the log, oldest first
	 * @param nextLsn the LSN of the next record if nothing were damaged
	 * @return the plan, or {@code null} if the log can continue in its last segment
	 */
	static @Nullable RestartPlan of(List<Segment> segments, long nextLsn, long checkpointLsn, Listing listing,
			Findings findings) throws IOException {
		Findings.Loss loss = findings.firstLoss();
		if (loss == null) {
			return null;
		}
		boolean truncate = findings.policy() == CorruptionPolicy.TRUNCATE;
		List<Segment> kept = truncate ? truncate(segments, loss) : segments;
		Segment last = kept.isEmpty() ? null : kept.get(kept.size() - 1);
		long highest = Math.max(findings.highestLsn(), Math.max(nextLsn - 1, checkpointLsn));
		if (!truncate && last != null && !last.isDamaged() && highest < nextLsn) {
			return null;
		}
		if (last == null) {
			return new RestartPlan(kept, new StartBlock(highest + 1, 0, 0, 0), listing.readFrom(1));
		}
		StartBlock start = new StartBlock(highest + 1, last.number(), last.lastLsn(), last.readableEnd());
		return new RestartPlan(kept, start, listing.readFrom(last.number() + 1));
	}

	private static List<Segment> truncate(List<Segment> segments, Findings.Loss loss) {
		List<Segment> kept = new ArrayList<>();
		for (Segment segment : segments) {
			if (segment.number() < loss.number()) {
				kept.add(segment);
			}
			else if (segment.number() == loss.number() && loss.offset() > Format.SEGMENT_HEADER_SIZE) {
				kept.add(segment.endingWith(loss.expectedLsn() - 1, loss.offset()));
			}
		}
		return kept;
	}

}
