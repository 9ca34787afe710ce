// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * Counts the segments that a checkpoint deletes.
 */
public final class Deletions {

	private Deletions() {
	}

	public static int byCheckpoint(WriteAheadLog wal, Lsn lsn) {
		long before = deleted(wal);
		wal.checkpoint(lsn);
		return (int) (deleted(wal) - before);
	}

	public static int byReset(LocalWriteAheadLog wal, Lsn fence) {
		long before = deleted(wal);
		wal.reset(fence);
		return (int) (deleted(wal) - before);
	}

	private static long deleted(WriteAheadLog wal) {
		return wal.status().statistics().deletedSegments();
	}

}
