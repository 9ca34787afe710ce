// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.nio.file.Path;
import java.util.List;

import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import org.jspecify.annotations.Nullable;

/**
 * What a read-only check of a log's directory found.
 *
 * @param directory the directory
 * @param segments the verdict on each segment, in order
 * @param firstLsn the first LSN that can be read, or {@link Lsn#NONE}
 * @param lastLsn the last LSN before the first damage, or {@link Lsn#NONE}
 * @param records the number of records that were read
 * @param bytes the number of bytes that were read
 * @param tail how the log ends, and what opening it would remove
 * @param damage acknowledged data that cannot be read
 * @param gaps LSNs that a corruption policy or a repair gave up before: nothing else
 * leaves one
 */
public record VerificationReport(Path directory, List<Segment> segments, Lsn firstLsn, Lsn lastLsn, long records,
		long bytes, TailState tail, List<DamagedRange> damage, List<LsnRange> gaps) {

	/**
	 * Create a report.
	 */
	public VerificationReport {
		segments = List.copyOf(segments);
		damage = List.copyOf(damage);
		gaps = List.copyOf(gaps);
	}

	/**
	 * Return whether everything that was acknowledged, and was not given up before, can
	 * be read.
	 * @return {@code true} if there is no damage
	 */
	public boolean isIntact() {
		return this.damage.isEmpty();
	}

	/**
	 * The verdict on one segment.
	 *
	 * @param info the segment
	 * @param records the number of records that could be read from it
	 * @param problem what is wrong with it, or {@code null}
	 */
	public record Segment(SegmentInfo info, long records, @Nullable String problem) {
	}

}
