// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The state of a log at one moment. Taken without any lock: the figures belong together
 * only as closely as reading them one after the other allows.
 *
 * @param backend the name of the engine, {@code "local"} for a log in files
 * @param location where the log is: the directory of a log in files
 * @param logId the identity that the log got when it was created
 * @param state what can be done with the log
 * @param firstLsn the first LSN that can be read, or {@link Lsn#NONE}
 * @param lastLsn the LSN of the last record that was written, or {@link Lsn#NONE}
 * @param durableLsn the highest LSN that is known to be on the disk, or {@link Lsn#NONE}
 * @param checkpointLsn the last checkpoint, or {@link Lsn#NONE}
 * @param oldestUnsynced for how long the oldest record has been written but not forced;
 * zero if there is none
 * @param openReaders the number of readers and followers that hold back deletion
 * @param failure why the log is {@link WalState#FAILED}, {@link WalState#FULL} or
 * {@link WalState#REJECTING}, or {@code null}
 * @param since since when it is, or {@code null}
 * @param statistics what was done since the log was opened
 */
public record WalStatus(String backend, String location, UUID logId, WalState state, Lsn firstLsn, Lsn lastLsn,
		Lsn durableLsn, Lsn checkpointLsn, Duration oldestUnsynced, int openReaders, @Nullable Throwable failure,
		@Nullable Instant since, WalStatistics statistics) {
}
