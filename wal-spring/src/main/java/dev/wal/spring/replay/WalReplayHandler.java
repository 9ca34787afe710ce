// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import dev.wal.Lsn;
import dev.wal.WalRecord;

/**
 * Rebuilds the state of the application from the log when the application starts. Beans
 * of this type get every record above the checkpoint that an earlier run appended, in LSN
 * order, before the application is ready for traffic. Records that this run appends are
 * not replayed.
 * <p>
 * If there are several handlers, each record goes to all of them, in the order of the
 * beans, before the next record goes to any. A handler may get a record that it has
 * applied before: after a crash that came before the next checkpoint, and when an attempt
 * is repeated. Applying a record must therefore be idempotent. A handler can, for
 * example, store the last LSN that it has applied.
 */
@FunctionalInterface
public interface WalReplayHandler {

	/**
	 * Apply a record. Called on one thread, one record at a time.
	 * @param record the record, of any type; ignore types that the handler does not know
	 * @throws Exception if the record could not be applied; {@code wal.replay.on-error}
	 * decides what happens next
	 */
	void onRecord(WalRecord record) throws Exception;

	/**
	 * Prepare for a replay. Called once, even if there is nothing to replay. If it throws
	 * an exception, the application does not start.
	 * @param from the LSN of the first record to replay, or {@link Lsn#NONE} if there is
	 * none
	 * @param to the LSN of the last record to replay, or {@link Lsn#NONE} if there is
	 * none
	 */
	default void replayStarted(Lsn from, Lsn to) {
	}

	/**
	 * Finish a replay. Called once after the last record, if each record was applied or
	 * skipped. If it throws an exception, the application does not start.
	 * @param from the LSN of the first record, or {@link Lsn#NONE} if there was none
	 * @param to the LSN of the last record, or {@link Lsn#NONE} if there was none
	 */
	default void replayCompleted(Lsn from, Lsn to) {
	}

}
