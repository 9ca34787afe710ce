// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import dev.wal.WalRecord;

/**
 * Published when a replay skips a record that a {@link WalReplayHandler} could not apply,
 * after all {@link WalDeadLetterHandler} beans have stored it.
 *
 * @param record the record
 * @param failure the exception of the handler
 */
public record WalRecordSkippedEvent(WalRecord record, Exception failure) {
}
