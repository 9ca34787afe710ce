// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import dev.wal.Lsn;

/**
 * Published when a replay starts, even if there is nothing to replay.
 *
 * @param from the LSN of the first record to replay, or {@link Lsn#NONE} if there is none
 * @param to the LSN of the last record to replay, or {@link Lsn#NONE} if there is none
 */
public record WalReplayStartedEvent(Lsn from, Lsn to) {
}
