// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import dev.wal.WalRecord;

/**
 * Takes the records that a replay skips: a {@link WalReplayHandler} threw an exception,
 * and {@code wal.replay.on-error} is {@code skip}. Beans of this type are called in their
 * order, once for each record and each handler that failed.
 */
@FunctionalInterface
public interface WalDeadLetterHandler {

	/**
	 * Store a record that is skipped. It also stays in the log until a checkpoint passes
	 * it. Called on the thread of the replay.
	 * @param record the record that could not be applied
	 * @param failure the exception of the handler
	 * @throws Exception if the record could not be stored; the start of the application
	 * fails, so that the record is not lost
	 */
	void onSkipped(WalRecord record, Exception failure) throws Exception;

}
