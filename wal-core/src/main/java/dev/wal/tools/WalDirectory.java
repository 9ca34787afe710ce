// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.file.Path;

import dev.wal.WalDirectoryException;
import dev.wal.WalFormatVersionException;
import dev.wal.WalFullException;
import dev.wal.WalIoException;
import dev.wal.WalLockedException;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentName;

/**
 * The directory of a log as its operator sees it: lists its files, verifies every byte,
 * and repairs what is damaged. Listing and verifying take no lock and change nothing, so
 * they also work beside a live writer. Immutable.
 */
public final class WalDirectory {

	private final DiskStorage storage;

	private WalDirectory(Path path) {
		this.storage = new DiskStorage(path);
	}

	/**
	 * Name the directory of a log. Opens nothing.
	 * @param path the directory
	 * @return the directory, for the calls below
	 */
	public static WalDirectory of(Path path) {
		return new WalDirectory(path);
	}

	/**
	 * List the files of the log. Reads only the header of each, so this works for a
	 * damaged log as well.
	 * @return the files
	 * @throws WalDirectoryException if there is no such directory
	 * @throws WalFormatVersionException if the log was written by another version
	 * @throws WalIoException if a file cannot be read
	 */
	public WalFiles files() {
		requireExists();
		try {
			return Inventory.of(this.storage, this.storage.lastHolder(SegmentName.LOCK));
		}
		catch (IOException ex) {
			throw new WalIoException("read", this.storage.directory(), ex);
		}
	}

	/**
	 * Check every byte of the log.
	 * @return the verdict
	 * @throws WalDirectoryException if there is no such directory
	 * @throws WalFormatVersionException if the log was written by another version
	 * @throws WalIoException if a file cannot be read
	 */
	public VerificationReport verify() {
		return verify((bytes, total) -> {
		});
	}

	/**
	 * Check every byte of the log as {@link #verify()} does, and report the progress.
	 * @param progress is called on the calling thread, after each part that was read
	 * @return the verdict
	 */
	public VerificationReport verify(VerificationProgress progress) {
		requireExists();
		try {
			return Verification.of(new MeteredStorage(this.storage, progress));
		}
		catch (IOException ex) {
			throw new WalIoException("read", this.storage.directory(), ex);
		}
	}

	/**
	 * Repair a damaged or torn log, so that it opens under
	 * {@link dev.wal.CorruptionPolicy#FAIL} again. Every record that can be read is kept,
	 * with its LSN and time. Where records are lost, there is a gap from one segment to
	 * the next. A torn tail is removed. Replaced and removed bytes are kept in side files
	 * of the directory. Everything after the first damage is written again, which needs
	 * as much space as it has.
	 * @return what was lost, and what was kept; an intact log is not changed
	 * @throws WalDirectoryException if there is no such directory
	 * @throws WalLockedException if the log is in use
	 * @throws WalFormatVersionException if the log was written by another version
	 * @throws WalFullException if there is not enough space to open the log
	 * @throws WalIoException if a file cannot be read or written, also for lack of space;
	 * nothing more is lost than before, and the repair can be run again
	 */
	public RepairReport repair() {
		requireExists();
		try {
			return Repair.run(this.storage);
		}
		catch (IOException ex) {
			throw new WalIoException("repair the log in", this.storage.directory(), ex);
		}
	}

	private void requireExists() {
		new LogDirectory(this.storage).requireExists();
	}

}
