package dev.wal.spring.replay;

import dev.wal.WalRecord;

/**
 * Published when a replay skips a record that a {@link WalReplayHandler} could not apply,
 * after the {@link WalDeadLetterHandler} beans have taken it.
 *
 * @param record the record
 * @param failure what the handler threw
 */
public record WalRecordSkippedEvent(WalRecord record, Exception failure) {
}
