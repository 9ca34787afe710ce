// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.io.InputStream;
import java.io.OutputStream;

import dev.wal.Lsn;

/**
 * A {@link WalReplayHandler} whose state is kept in snapshots. A start then replays only
 * the records above the newest snapshot, and old segments can be deleted.
 * <p>
 * When the application starts, each handler restores what it wrote to the newest intact
 * snapshot. It then gets each record above the LSN that it returned there, exactly once.
 * While the application runs, the checkpoint task lets the handlers write their parts of
 * a new snapshot, one after the other, and deletes the segments that no kept snapshot
 * needs. The handlers may return different LSNs.
 */
public interface WalSnapshotHandler extends WalReplayHandler {

	/**
	 * Return the name under which the state is stored. Never change it: the state is not
	 * found under another name.
	 * @return the name, unique among the handlers
	 */
	String snapshotName();

	/**
	 * Write the state as it is after one record of the log: with the effects of every
	 * record up to it, and of none above it. Called on the thread of the checkpoint task,
	 * only after the replay has finished, and never twice at the same time. Appends
	 * continue during the call, so the handler must guard or copy its state.
	 * @param out the stream to write to; buffered, does not need to be closed
	 * @return the LSN of that record, or {@link Lsn#NONE} if there is no such record; no
	 * snapshot is written then
	 * @throws Exception if the state could not be written; the failure is counted, the
	 * older snapshots stay, and the next interval tries again
	 */
	Lsn writeSnapshot(OutputStream out) throws Exception;

	/**
	 * Restore the state. Called at most once, before the first record is replayed.
	 * @param in the bytes that the handler wrote, all of them verified; does not need to
	 * be closed
	 * @param lsn the LSN of the last record that the state reflects
	 * @throws Exception if the state could not be restored; the application does not
	 * start
	 */
	void restoreSnapshot(InputStream in, Lsn lsn) throws Exception;

	/**
	 * Return the LSN of the last record that the state reflects before anything is
	 * restored. The log must have all records above it, or the application does not
	 * start. Override this for a state that comes from elsewhere, for example from an
	 * older release.
	 * @return the LSN, or {@link Lsn#NONE} for a state that starts empty
	 */
	default Lsn initialLsn() {
		return Lsn.NONE;
	}

}
