// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Another process, or another log in this process, holds the lock of the directory.
 */
public class WalLockedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final String holder;

	private final transient @Nullable Path file;

	/**
	 * Create an exception for a log in files.
	 * @param directory the directory
	 * @param holder who has the lock: process id, host and time
	 */
	public WalLockedException(Path directory, String holder) {
		this(directory.toString(), holder, directory);
	}

	/**
	 * Create an exception.
	 * @param location where the log is
	 * @param holder who has the lock
	 */
	public WalLockedException(String location, String holder) {
		this(location, holder, null);
	}

	private WalLockedException(String location, String holder, @Nullable Path file) {
		super("The log in " + location + " is locked by " + holder + ". Stop that process, or use another directory.");
		this.location = location;
		this.holder = holder;
		this.file = file;
	}

	/**
	 * Return where the log is.
	 * @return the directory of a log in files
	 */
	public String location() {
		return this.location;
	}

	/**
	 * Return the path of the log, where it has one.
	 * @return the directory; nothing for a log that is not in files, and after the
	 * exception was serialized
	 */
	public Optional<Path> file() {
		return Optional.ofNullable(this.file);
	}

	/**
	 * Return who has the lock.
	 * @return process id, host and time
	 */
	public String holder() {
		return this.holder;
	}

}
