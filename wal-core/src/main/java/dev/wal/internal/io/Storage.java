// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * The directory of one log. Names are plain file names without separators. Thread-safe.
 * <p>
 * No method is affected by the interrupt flag of the calling thread, nor changes it.
 */
public interface Storage {

	/**
	 * Return where the directory is, for messages.
	 * @return the path
	 */
	Path directory();

	/**
	 * Return whether the directory exists.
	 * @return {@code true} if there is a directory
	 * @throws IOException if there is something else
	 */
	boolean exists() throws IOException;

	/**
	 * Create the directory with all its parents, forcing the parent of every level that
	 * is new. The parent of the directory is forced also if the directory exists: a
	 * process that made it may have ended before its force.
	 * @throws IOException if a level cannot be created
	 */
	void create() throws IOException;

	/**
	 * Return whether there is a file, without opening it: a process that closes a lock
	 * file loses its lock on it (POSIX {@code fcntl}), even if it was taken with another
	 * descriptor.
	 * @param name the name
	 * @return {@code true} if there is a file of any kind
	 */
	boolean contains(String name);

	/**
	 * Return the names of the files in the directory.
	 * @return the names, in no order
	 * @throws IOException if the directory cannot be read
	 */
	List<String> list() throws IOException;

	/**
	 * Create a file for reading and writing; one that exists is emptied.
	 * @param name the name
	 * @return the file, open
	 * @throws StorageFullException if there is no space
	 * @throws IOException if it cannot be created
	 */
	StorageFile create(String name) throws IOException;

	/**
	 * Open a file for reading and writing.
	 * @param name the name
	 * @return the file, open
	 * @throws IOException if it does not exist or cannot be opened
	 */
	StorageFile open(String name) throws IOException;

	/**
	 * Open a file for reading.
	 * @param name the name
	 * @return the file, open
	 * @throws java.nio.file.NoSuchFileException if it does not exist
	 * @throws IOException if it cannot be opened
	 */
	StorageFile openForReading(String name) throws IOException;

	/**
	 * Rename a file atomically, replacing the target.
	 * @param from the name now
	 * @param to the name then
	 * @throws IOException if it cannot be renamed
	 */
	void rename(String from, String to) throws IOException;

	/**
	 * Delete a file.
	 * @param name the name
	 * @throws IOException if it cannot be deleted
	 */
	void delete(String name) throws IOException;

	/**
	 * Force the directory: names created, renamed and deleted before are then durable.
	 * @throws IOException if the force failed
	 */
	void force() throws IOException;

	/**
	 * Take the lock that makes this process the holder of the directory. A lock file is
	 * created if there is none; one that exists is not changed.
	 * @param name the name of the lock file
	 * @return the lock, held until it is closed
	 * @throws StorageLockedException if it is held by this process or another
	 * @throws StorageLocksUnsupportedException if the file system has no locks
	 * @throws IOException if the lock file cannot be used
	 */
	DirectoryLock lock(String name) throws IOException;

	/**
	 * Return the key by which the file system knows a file, whatever its path. Opens
	 * nothing.
	 * @param name the name, or an empty one for the directory itself
	 * @return the key, or an empty string where there are none
	 * @throws java.nio.file.NoSuchFileException if there is no such file
	 * @throws IOException if it cannot be asked
	 */
	String fileKey(String name) throws IOException;

	/**
	 * Return the space that is left.
	 * @return the number of bytes, or -1 if unknown
	 */
	long usableSpace();

	/**
	 * Delete files of the directory and of the directories in it, and each of these
	 * directories that is empty then.
	 * @param belongs whether a file of this name is to be deleted
	 * @throws IOException if something cannot be deleted
	 */
	void deleteAll(Predicate<String> belongs) throws IOException;

}
