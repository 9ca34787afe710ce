// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.Closeable;
import java.io.IOException;
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
 * @param control keeps its control file up to date
 * @param endsClosed whether its last block says that it was closed
 * @param report what was found and done
 * @param localReport the part of it that only a log in files has
 */
public record RecoveredLog(UUID logId, SegmentFactory factory, List<Segment> segments, SegmentWriter active,
		@Nullable SegmentWriter spare, long nextLsn, LogControl control, boolean endsClosed, RecoveryReport report,
		LocalRecovery localReport) implements Closeable {

	/**
	 * Create a recovered log.
	 */
	public RecoveredLog {
		segments = List.copyOf(segments);
	}

	/**
	 * Close the files of a log that nobody is going to use. It is not marked as closed.
	 */
	@Override
	public void close() throws IOException {
		this.control.close(() -> {
			this.active.close();
			if (this.spare != null) {
				this.spare.close();
			}
		});
	}

}
