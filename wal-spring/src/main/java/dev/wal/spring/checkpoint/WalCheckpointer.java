// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.checkpoint;

import dev.wal.Lsn;
import dev.wal.spring.replay.WalTaskReport;

/**
 * Takes checkpoints of the log: every {@code wal.checkpoint.interval}, and on demand, for
 * example after the application has stored its own snapshot. Thread-safe.
 */
public interface WalCheckpointer {

	/**
	 * Ask all {@link WalCheckpointSource} beans what has been applied, and move the
	 * checkpoint to the smallest answer if that is higher. Waits for a checkpoint that is
	 * already running. Until the replay has finished, it asks and changes nothing.
	 * @return what the checkpoint did
	 * @throws RuntimeException if a source or the log failed; the failure is counted, and
	 * the next checkpoint tries again
	 */
	Result checkpoint();

	/**
	 * Return the report on the checkpoints so far. A checkpoint succeeds when all sources
	 * have answered and the log has stored the answer, or had stored it before. Takes no
	 * lock.
	 * @return the report
	 */
	WalTaskReport report();

	/**
	 * What a checkpoint did.
	 *
	 * @param outcome how it ended
	 * @param checkpointLsn the checkpoint of the log after it
	 * @param firstLsn the first LSN that can still be read, 0 if that is not known
	 */
	record Result(Outcome outcome, Lsn checkpointLsn, Lsn firstLsn) {
	}

	/**
	 * How a checkpoint ended.
	 */
	enum Outcome {

		/**
		 * The checkpoint moved to a higher LSN.
		 */
		ADVANCED,

		/**
		 * The application has applied no record above the last checkpoint.
		 */
		UNCHANGED,

		/**
		 * There is no bean that could tell what has been applied.
		 */
		NO_SOURCE,

		/**
		 * The replay has not finished, or the log is not open.
		 */
		NOT_READY

	}

}
