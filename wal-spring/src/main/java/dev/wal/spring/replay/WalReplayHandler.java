package dev.wal.spring.replay;

import dev.wal.Lsn;
import dev.wal.WalRecord;

/**
 * Takes the records of the log back into the application when it starts. Beans of this
 * type are given every record above the checkpoint that an earlier run of the application
 * appended, in LSN order and before the application is ready for traffic. Records that
 * this run appends are not replayed.
 * <p>
 * Where there are several handlers, each record goes to all of them, in the order of the
 * beans, before the next record goes to any. A record may be given to a handler that has
 * already applied it: after a crash between applying it and the next checkpoint, and
 * again when a handler is retried. Applying a record must therefore be idempotent, for
 * example by remembering the last LSN applied.
 */
@FunctionalInterface
public interface WalReplayHandler {

	/**
	 * Apply a record. Called on one thread, one record at a time.
	 * @param record the record; records of a type that is not known are given as well
	 * @throws Exception if the record could not be applied; {@code wal.replay.on-error}
	 * says what happens then
	 */
	void onRecord(WalRecord record) throws Exception;

	/**
	 * Prepare for a replay. Called once, also if there is nothing to replay. An exception
	 * fails the start of the application.
	 * @param from the LSN of the first record to come, or {@link Lsn#NONE} if there is
	 * none
	 * @param to the LSN of the last record to come, or {@link Lsn#NONE} if there is none
	 */
	default void replayStarted(Lsn from, Lsn to) {
	}

	/**
	 * Finish a replay. Called once after the last record, if all of them were applied or
	 * skipped. An exception fails the start of the application.
	 * @param from the LSN of the first record, or {@link Lsn#NONE} if there was none
	 * @param to the LSN of the last record, or {@link Lsn#NONE} if there was none
	 */
	default void replayCompleted(Lsn from, Lsn to) {
	}

}
