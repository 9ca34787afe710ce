// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * The file system failed in a call that does not endanger the log: reading, opening,
 * deleting.
 */
public class WalIoException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	/**
	 * Create an exception.
	 * @param what what could not be done, as in "read"
	 * @param file the file
	 * @param cause what the file system said
	 */
	public WalIoException(String what, Path file, Throwable cause) {
		super("Could not " + what + " " + file + ": " + FailureReason.of(file, cause), cause);
		this.file = file;
	}

	/**
	 * Return the file.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

}
