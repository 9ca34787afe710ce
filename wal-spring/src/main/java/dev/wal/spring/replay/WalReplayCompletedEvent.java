// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.time.Duration;

import dev.wal.Lsn;

/**
 * Published when a replay has finished, before the application is ready for traffic.
 *
 * @param from the LSN of the first record, or {@link Lsn#NONE} if there was none
 * @param to the LSN of the last record, or {@link Lsn#NONE} if there was none
 * @param replayedRecords the number of records that were given to the handlers
 * @param skippedRecords the number of records that at least one handler could not apply
 * @param duration the time that the replay took
 */
public record WalReplayCompletedEvent(Lsn from, Lsn to, long replayedRecords, long skippedRecords, Duration duration) {
}
