// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;

/**
 * The lock of a directory, held until it is closed. Thread-safe.
 * <p>
 * As long as it is held, nothing else in this process may open the lock file: POSIX drops
 * a process's lock when the process closes any descriptor of the file.
 */
public interface DirectoryLock extends Closeable {

	/**
	 * Refuse the directory if a file of it names a holder that still runs, although the
	 * operating system has lent the lock to this process: locks get lost.
	 * @param named the holder that a file names
	 * @param fileKey the key of that file now
	 * @throws StorageLockedException if that is another process, it runs, it has not
	 * released the lock, and the file is the one that it wrote
	 */
	void refuse(Holder named, String fileKey) throws StorageLockedException;

	/**
	 * Write into the lock file who has the lock. Nothing is written before.
	 * @throws IOException if the lock file cannot be written
	 */
	void claim() throws IOException;

	/**
	 * Return who has the lock.
	 * @return this process, with the key of the lock file
	 */
	Holder holder();

	/**
	 * Return whether the lock file is still the one that was locked, and names no other
	 * holder.
	 * @return {@code false} if the file was deleted or replaced, or somebody else has
	 * claimed the directory
	 * @throws IOException if the lock file cannot be read
	 */
	boolean isMine() throws IOException;

	/**
	 * Mark the lock file as released, if it names this holder, and release the lock.
	 * @throws IOException if the lock file cannot be closed; the lock is released
	 */
	@Override
	void close() throws IOException;

}
