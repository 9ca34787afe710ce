package dev.wal.spring.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.snapshot.SnapshotInfo;

/**
 * Takes snapshots of the {@link WalSnapshotHandler} beans: with the scheduled checkpoint,
 * and whenever it is asked to. Everything but {@link #snapshot()} takes no lock.
 */
public interface WalSnapshotter {

	/**
	 * Have all handlers write a snapshot. Waits for one that is under way. Takes no
	 * checkpoint: the next one lets go of what is no longer needed.
	 * @return what was done
	 * @throws RuntimeException if a handler, the disk or the log failed; it was counted,
	 * and older snapshots are untouched
	 */
	Result snapshot();

	/**
	 * Return whether there are handlers, so that the log is kept back to their snapshots.
	 * @return {@code true} if there is at least one {@link WalSnapshotHandler} bean
	 */
	boolean hasHandlers();

	/**
	 * Return up to where the snapshots make the log superfluous, whichever of them should
	 * turn out to be damaged.
	 * @return the LSN of the oldest snapshot that is kept, or {@link Lsn#NONE} as long as
	 * there are fewer than {@code wal.snapshot.kept}
	 */
	Lsn releasedLsn();

	/**
	 * Return the snapshots that are kept.
	 * @return an unmodifiable list, oldest first; empty before the replay
	 */
	List<SnapshotInfo> snapshots();

	/**
	 * Return the files of damaged snapshots, which stay until somebody deletes them.
	 * @return an unmodifiable list
	 */
	List<Path> damaged();

	/**
	 * Return the number of snapshots that were written.
	 * @return the number since the application was started
	 */
	long writtenCount();

	/**
	 * Return how long writing them took, all of them together.
	 * @return the time since the application was started
	 */
	Duration writtenTime();

	/**
	 * Return the report on the snapshots so far. A success is a snapshot that holds the
	 * state up to its last record, whether it was written now or before. Takes no lock.
	 * @return the report
	 */
	WalTaskReport report();

	/**
	 * What an attempt to take a snapshot did.
	 *
	 * @param outcome whether a snapshot was written
	 * @param lsn the LSN of the newest snapshot, {@link Lsn#NONE} if there is none
	 */
	record Result(Outcome outcome, Lsn lsn) {
	}

	/**
	 * The ways in which an attempt to take a snapshot ends.
	 */
	enum Outcome {

		/**
		 * A snapshot was written.
		 */
		WRITTEN,

		/**
		 * The newest snapshot has everything already, or there is nothing to write.
		 */
		UNCHANGED,

		/**
		 * There is no {@link WalSnapshotHandler} bean.
		 */
		NO_HANDLER,

		/**
		 * The replay is not through, or the log is not open.
		 */
		NOT_READY

	}

}
