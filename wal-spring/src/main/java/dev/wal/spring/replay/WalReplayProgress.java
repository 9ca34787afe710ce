// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.time.Duration;

import dev.wal.Lsn;

/**
 * The progress of the replay. Its methods take no lock.
 */
public interface WalReplayProgress {

	/**
	 * Return the state of the replay.
	 * @return the state
	 */
	State state();

	/**
	 * Return the LSN of the first record to replay.
	 * @return the LSN, or {@link Lsn#NONE} if there is none or the replay has not
	 * determined it
	 */
	Lsn from();

	/**
	 * Return the LSN of the last record to replay.
	 * @return the LSN, or {@link Lsn#NONE} if there is none or the replay has not
	 * determined it
	 */
	Lsn to();

	/**
	 * Return the LSN of the last record that all handlers have applied or skipped.
	 * @return the LSN, or {@link Lsn#NONE} if no record was replayed so far
	 */
	Lsn position();

	/**
	 * Return the number of records that were given to the handlers so far.
	 * @return the number of records, including skipped ones
	 */
	long replayedRecords();

	/**
	 * Return the number of records that at least one handler could not apply.
	 * @return the number of records
	 */
	long skippedRecords();

	/**
	 * Return the duration of the replay.
	 * @return the time so far, or the whole time if the replay has ended
	 */
	Duration duration();

	/**
	 * The states of a replay.
	 */
	enum State {

		/**
		 * The replay has not started.
		 */
		PENDING,

		/**
		 * Records are being replayed.
		 */
		RUNNING,

		/**
		 * Each record was applied or skipped.
		 */
		COMPLETED,

		/**
		 * The replay stopped before the last record, and the application does not start.
		 */
		FAILED

	}

}
