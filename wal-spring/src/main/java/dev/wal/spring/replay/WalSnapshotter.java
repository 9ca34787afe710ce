// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.snapshot.SnapshotInfo;

/**
 * Takes snapshots of the {@link WalSnapshotHandler} beans: every
 * {@code wal.snapshot.interval}, and on demand. Thread-safe. All methods except
 * {@link #snapshot()} take no lock.
 */
public interface WalSnapshotter {

	/**
	 * Let all handlers write a snapshot. Waits for a snapshot that is already being
	 * written. Takes no checkpoint: the next checkpoint deletes the segments that are no
	 * longer needed.
	 * @return what the call did
	 * @throws RuntimeException if a handler, the disk or the log failed; the failure is
	 * counted, and the older snapshots are unchanged
	 */
	Result snapshot();

	/**
	 * Return whether there are handlers. If so, the log keeps the records that their
	 * snapshots need.
	 * @return {@code true} if there is at least one {@link WalSnapshotHandler} bean
	 */
	boolean hasHandlers();

	/**
	 * Return the LSN up to which no kept snapshot needs the log, even if the newer ones
	 * are damaged.
	 * @return the LSN of the oldest kept snapshot, or {@link Lsn#NONE} while there are
	 * fewer than {@code wal.snapshot.kept}
	 */
	Lsn releasedLsn();

	/**
	 * Return the kept snapshots.
	 * @return an unmodifiable list, oldest first; empty before the replay
	 */
	List<SnapshotInfo> snapshots();

	/**
	 * Return the files of damaged snapshots. They stay until an operator deletes them.
	 * @return an unmodifiable list
	 */
	List<Path> damaged();

	/**
	 * Return the number of snapshots that were written.
	 * @return the number since the application started
	 */
	long writtenCount();

	/**
	 * Return the total time that writing these snapshots took.
	 * @return the time since the application started
	 */
	Duration writtenTime();

	/**
	 * Return the report on the snapshots so far. An attempt succeeds when a snapshot
	 * reflects the last record, whether it was written now or before. Takes no lock.
	 * @return the report
	 */
	WalTaskReport report();

	/**
	 * What an attempt to write a snapshot did.
	 *
	 * @param outcome how it ended
	 * @param lsn the LSN of the newest snapshot, or {@link Lsn#NONE} if there is none
	 */
	record Result(Outcome outcome, Lsn lsn) {
	}

	/**
	 * How an attempt to write a snapshot ended.
	 */
	enum Outcome {

		/**
		 * A snapshot was written.
		 */
		WRITTEN,

		/**
		 * The newest snapshot is up to date, or there is nothing to write.
		 */
		UNCHANGED,

		/**
		 * There is no {@link WalSnapshotHandler} bean.
		 */
		NO_HANDLER,

		/**
		 * The replay has not finished, or the log is not open.
		 */
		NOT_READY

	}

}
