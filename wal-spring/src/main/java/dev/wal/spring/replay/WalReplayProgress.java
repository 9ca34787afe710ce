package dev.wal.spring.replay;

import java.time.Duration;

import dev.wal.Lsn;

/**
 * How far the replay has come. Reading it takes no lock.
 */
public interface WalReplayProgress {

	/**
	 * Return where the replay stands.
	 * @return the state
	 */
	State state();

	/**
	 * Return the LSN of the first record to replay.
	 * @return the LSN, or {@link Lsn#NONE} if there is none or it is not known yet
	 */
	Lsn from();

	/**
	 * Return the LSN of the last record to replay.
	 * @return the LSN, or {@link Lsn#NONE} if there is none or it is not known yet
	 */
	Lsn to();

	/**
	 * Return the LSN of the last record that all handlers have applied or skipped.
	 * @return the LSN, or {@link Lsn#NONE} if there is none yet
	 */
	Lsn position();

	/**
	 * Return the number of records that were handed over so far.
	 * @return the number of records, those that were skipped included
	 */
	long replayedRecords();

	/**
	 * Return the number of records that at least one handler could not apply.
	 * @return the number of records
	 */
	long skippedRecords();

	/**
	 * Return how long the replay has taken.
	 * @return the time so far, or in the end
	 */
	Duration duration();

	/**
	 * The states of a replay.
	 */
	enum State {

		/**
		 * It has not begun.
		 */
		PENDING,

		/**
		 * Records are being replayed.
		 */
		RUNNING,

		/**
		 * All records were applied or skipped.
		 */
		COMPLETED,

		/**
		 * It ended before the last record, and so did the start of the application.
		 */
		FAILED

	}

}
