// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.RecoveryScan;
import dev.wal.SegmentInfo;
import dev.wal.internal.io.Storage;
import dev.wal.internal.recovery.InspectedLog;
import dev.wal.internal.recovery.LiveInspection;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentName;

/**
 * Reads every byte of a log and says, segment by segment, what is wrong with it.
 */
final class Verification {

	private Verification() {
	}

	static VerificationReport of(Storage storage) {
		InspectedLog inspected = LiveInspection.of(storage, null, CorruptionPolicy.SKIP, RecoveryScan.FULL);
		Map<String, String> problems = new HashMap<>();
		Map<String, VerificationReport.Segment> verdicts = new TreeMap<>();
		for (DamagedRange range : inspected.damage()) {
			String name = range.segment();
			problems.putIfAbsent(name, "at offset " + range.offset() + ": " + range.reason());
			SegmentName.parse(name).ifPresent((number) -> {
				// Stays where nothing of the segment can be read.
				SegmentInfo info = new SegmentInfo(name, number, Lsn.NONE, Lsn.NONE, range.length(), false);
				verdicts.putIfAbsent(name, new VerificationReport.Segment(info, 0, problems.get(name)));
			});
		}
		long lastLsn = inspected.lastLsn();
		long records = 0;
		for (Segment segment : inspected.segments()) {
			long count = inspected.scanned().recordsOf(segment.number());
			records += count;
			verdicts.put(segment.name(),
					new VerificationReport.Segment(segment.info(false), count, problems.get(segment.name())));
		}
		for (DamagedRange range : inspected.damage()) {
			if (!range.firstLsn().isNone()) {
				lastLsn = Math.min(lastLsn, range.firstLsn().value() - 1);
			}
		}
		return new VerificationReport(storage.directory(), List.copyOf(verdicts.values()), firstLsn(inspected),
				Lsn.of(lastLsn), records, inspected.scanned().bytes(), inspected.tail(), inspected.damage(),
				gaps(inspected));
	}

	/**
	 * Return the LSNs that are missing without any damage.
	 */
	private static List<LsnRange> gaps(InspectedLog inspected) {
		List<LsnRange> gaps = new ArrayList<>();
		// A segment goes only when the checkpoint is at its last LSN or above.
		long expected = inspected.checkpointLsn() + 1;
		for (Segment segment : inspected.segments()) {
			if (segment.firstLsn() > expected) {
				LsnRange gap = new LsnRange(Lsn.of(expected), Lsn.of(segment.firstLsn() - 1));
				if (inspected.damage().stream().noneMatch((range) -> explains(range, gap))) {
					gaps.add(gap);
				}
			}
			expected = Math.max(expected, segment.lastLsn() + 1);
		}
		return gaps;
	}

	private static boolean explains(DamagedRange damage, LsnRange gap) {
		boolean overlaps = damage.firstLsn().compareTo(gap.last()) <= 0 && damage.lastLsn().compareTo(gap.first()) >= 0;
		return overlaps || damage.segment().equals(SegmentName.CONTROL);
	}

	private static Lsn firstLsn(InspectedLog inspected) {
		if (inspected.segments().isEmpty()) {
			return Lsn.NONE;
		}
		long first = inspected.segments().get(0).firstLsn();
		return Lsn.of((first <= inspected.lastLsn()) ? first : 0);
	}

}
