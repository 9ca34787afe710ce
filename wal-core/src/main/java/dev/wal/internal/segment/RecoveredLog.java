// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.util.List;
import java.util.UUID;

import dev.wal.LocalRecovery;
import dev.wal.RecoveryReport;
import org.jspecify.annotations.Nullable;

/**
 * A log that recovery has made ready for appends.
 *
 * @param logId its identity
 * @param factory creates its segments
 * @param segments its segments, oldest first, the active one last
 * @param active writes the last segment
 * @param spare writes the segment after it, or {@code null} if there is none yet
 * @param nextLsn the LSN of the next record
 * @param checkpointLsn the checkpoint, 0 for none
 * @param report what was found and done
 * @param localReport the part of it that only a log in files has
 */
public record RecoveredLog(UUID logId, SegmentFactory factory, List<Segment> segments, SegmentWriter active,
		@Nullable SegmentWriter spare, long nextLsn, long checkpointLsn, RecoveryReport report,
		LocalRecovery localReport) {

	/**
	 * Create a recovered log.
	 */
	public RecoveredLog {
		segments = List.copyOf(segments);
	}

}
