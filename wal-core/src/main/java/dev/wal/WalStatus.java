// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The state of a log at one moment. Taken without any lock: the figures belong together
 * only as closely as reading them one after the other allows.
 *
 * @param directory the directory of the log
 * @param logId the identity that the log got when it was created
 * @param state what can be done with the log
 * @param firstLsn the first LSN that can be read, or {@link Lsn#NONE}
 * @param lastLsn the LSN of the last record that was written, or {@link Lsn#NONE}
 * @param durableLsn the highest LSN that is known to be on the disk, or {@link Lsn#NONE}
 * @param checkpointLsn the last checkpoint, or {@link Lsn#NONE}
 * @param segmentCount the number of segments with records, the active one included
 * @param sizeOnDisk the bytes of all segment files, preallocated space included
 * @param oldestUnsynced for how long the oldest record has been written but not forced;
 * zero if there is none
 * @param usableSpace the bytes free on the disk, or -1 if unknown
 * @param openReaders the number of readers and followers that hold back deletion
 * @param retentionExcess the number of segments that are kept beyond the limits of the
 * {@link RetentionPolicy}, because they are above the checkpoint or a reader needs them;
 * as of the last checkpoint that was asked for
 * @param failure why the log is {@link WalState#FAILED} or {@link WalState#FULL}, or
 * {@code null}
 * @param statistics what was done since the log was opened
 */
public record WalStatus(Path directory, UUID logId, WalState state, Lsn firstLsn, Lsn lastLsn, Lsn durableLsn,
		Lsn checkpointLsn, int segmentCount, long sizeOnDisk, Duration oldestUnsynced, long usableSpace,
		int openReaders, int retentionExcess, @Nullable Throwable failure, WalStatistics statistics) {
}
