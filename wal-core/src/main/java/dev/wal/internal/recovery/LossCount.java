// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecordLoss;
import dev.wal.internal.segment.Segment;

/**
 * Counts what a corruption policy gives up: with {@link CorruptionPolicy#SKIP} what
 * cannot be read, with {@link CorruptionPolicy#TRUNCATE} also everything after it.
 */
final class LossCount {

	private LossCount() {
	}

	/**
	 * Count what is given up.
	 * @param older the segments before those of the verdict
	 * @param verdict how the log ends if nothing is given up
	 */
	static RecordLoss of(Findings findings, List<Segment> older, TailVerdict verdict) {
		Findings.Loss first = findings.firstLoss();
		if (first == null) {
			return RecordLoss.NONE;
		}
		if (findings.policy() != CorruptionPolicy.TRUNCATE) {
			return skipped(findings.damage());
		}
		long bytes = 0;
		for (List<Segment> segments : List.of(older, verdict.segments())) {
			for (Segment segment : segments) {
				long from = (segment.number() > first.number()) ? 0 : first.offset();
				if (segment.number() >= first.number()) {
					bytes += Math.max(0, segment.readableEnd() - from);
				}
			}
		}
		long last = Math.max(findings.highestLsn(), verdict.nextLsn() - 1);
		if (last < first.expectedLsn()) {
			return new RecordLoss(0, List.of(), bytes);
		}
		LsnRange range = new LsnRange(Lsn.of(first.expectedLsn()), Lsn.of(last));
		return new RecordLoss(range.count(), List.of(range), bytes);
	}

	private static RecordLoss skipped(List<DamagedRange> damage) {
		List<LsnRange> ranges = new ArrayList<>();
		long bytes = 0;
		long records = 0;
		for (DamagedRange damaged : damage) {
			bytes += damaged.length();
			if (!damaged.firstLsn().isNone()) {
				LsnRange range = new LsnRange(damaged.firstLsn(), damaged.lastLsn());
				ranges.add(range);
				records += range.count();
			}
		}
		ranges.sort(Comparator.comparing(LsnRange::first));
		return new RecordLoss(records, ranges, bytes);
	}

}
