package dev.wal.spring.checkpoint;

import dev.wal.Lsn;
import dev.wal.spring.replay.WalTaskReport;

/**
 * Takes checkpoints of the log: at the interval of {@code wal.checkpoint.interval}, and
 * whenever it is asked to, such as right after a snapshot of the application was stored.
 */
public interface WalCheckpointer {

	/**
	 * Ask all {@link WalCheckpointSource} beans how far they are, and checkpoint the log
	 * at the smallest answer if that is above the last checkpoint. Waits for a checkpoint
	 * that is under way. Until the replay is through, nothing is asked or changed.
	 * @return what was done
	 * @throws RuntimeException if a source or the log failed; it was counted, and the
	 * next checkpoint tries again
	 */
	Result checkpoint();

	/**
	 * Return the report on the checkpoints so far. A success is a checkpoint for which
	 * the sources were asked and the log stored their answer, or had it already. Takes no
	 * lock.
	 * @return the report
	 */
	WalTaskReport report();

	/**
	 * What a checkpoint did.
	 *
	 * @param outcome whether the checkpoint rose
	 * @param checkpointLsn the checkpoint that the log has now
	 * @param firstLsn the first LSN that can still be read, 0 if that is not known
	 */
	record Result(Outcome outcome, Lsn checkpointLsn, Lsn firstLsn) {
	}

	/**
	 * The ways in which a checkpoint ends.
	 */
	enum Outcome {

		/**
		 * The checkpoint of the log rose.
		 */
		ADVANCED,

		/**
		 * The application has applied no more than at the last checkpoint.
		 */
		UNCHANGED,

		/**
		 * There is nobody to ask.
		 */
		NO_SOURCE,

		/**
		 * The replay is not through, or the log is not open.
		 */
		NOT_READY

	}

}
