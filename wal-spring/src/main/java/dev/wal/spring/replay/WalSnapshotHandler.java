package dev.wal.spring.replay;

import java.io.InputStream;
import java.io.OutputStream;

import dev.wal.Lsn;

/**
 * A {@link WalReplayHandler} whose state is kept in snapshots, so that a start need not
 * replay the whole log, and the log can let go of its past.
 * <p>
 * When the application starts, each handler is first given back what it wrote to the
 * newest intact snapshot, and then the records above the LSN that it named there: none
 * twice, none left out. While it runs, the scheduled checkpoint has the handlers write
 * their parts of a new snapshot, one after the other, and lets go of what the oldest
 * snapshot that is kept no longer needs. Handlers may stand at different LSNs.
 */
public interface WalSnapshotHandler extends WalReplayHandler {

	/**
	 * Return the name under which the state is stored. It must never change: a state that
	 * is stored under another name is not found.
	 * @return the name, unique among the handlers
	 */
	String snapshotName();

	/**
	 * Write the state after one record of the log: with the effects of every record up to
	 * it, and of none above it. Called on a thread of its own, never before the replay is
	 * through and never twice at once; appends go on meanwhile, so the state has to be
	 * guarded or copied.
	 * @param out where to write to, buffered; need not be closed
	 * @return the LSN of that record, or {@link Lsn#NONE} if there is none yet; no
	 * snapshot is taken then
	 * @throws Exception if the state could not be written; the failure is counted, older
	 * snapshots stay, and the next checkpoint tries again
	 */
	Lsn writeSnapshot(OutputStream out) throws Exception;

	/**
	 * Take the state back. Called at most once, before the first record is replayed.
	 * @param in what was written, every byte of it verified; need not be closed
	 * @param lsn the LSN of the last record that it reflects
	 * @throws Exception if the state could not be restored; the start of the application
	 * fails
	 */
	void restoreSnapshot(InputStream in, Lsn lsn) throws Exception;

	/**
	 * Return the LSN of the last record that the state reflects where nothing is restored
	 * into it. The log must have all records above it; the start of the application fails
	 * otherwise. It is another one than none for a state that was brought along by other
	 * means, such as from an older release.
	 * @return the LSN, {@link Lsn#NONE} for a state that begins empty
	 */
	default Lsn initialLsn() {
		return Lsn.NONE;
	}

}
