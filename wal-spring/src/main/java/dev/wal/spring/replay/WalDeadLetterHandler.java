package dev.wal.spring.replay;

import dev.wal.WalRecord;

/**
 * Takes the records that a replay skips because a {@link WalReplayHandler} threw and
 * {@code wal.replay.on-error} is {@code skip}. Beans of this type are called in their
 * order, once per record and failed handler.
 */
@FunctionalInterface
public interface WalDeadLetterHandler {

	/**
	 * Put a record aside. The record stays in the log until a checkpoint passes it.
	 * @param record the record that could not be applied
	 * @param failure what the handler threw
	 * @throws Exception if the record could not be put aside, which fails the start of
	 * the application: it would otherwise be lost
	 */
	void onSkipped(WalRecord record, Exception failure) throws Exception;

}
