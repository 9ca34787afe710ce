// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * Another process, or another log in this process, owns the directory.
 */
public class WalLockedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path directory;

	private final String holder;

	/**
	 * Create an exception.
	 * @param directory the directory
	 * @param holder who has the lock: process id, host and time
	 */
	public WalLockedException(Path directory, String holder) {
		super("The log in " + directory + " is locked by " + holder + ". Stop that process, or use another directory.");
		this.directory = directory;
		this.holder = holder;
	}

	/**
	 * Return the directory.
	 * @return the directory of the log
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * Return who has the lock.
	 * @return process id, host and time
	 */
	public String holder() {
		return this.holder;
	}

}
