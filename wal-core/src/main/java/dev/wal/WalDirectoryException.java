// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The directory of the log cannot be used: it is a file, cannot be created, read or
 * written, or does not exist.
 */
public class WalDirectoryException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path directory;

	/**
	 * Create an exception.
	 * @param directory the directory
	 * @param reason why it cannot be used, as a phrase
	 * @param cause what the file system said, or {@code null}
	 */
	public WalDirectoryException(Path directory, String reason, @Nullable Throwable cause) {
		super("The directory of the log, " + directory + ", cannot be used: " + reason
				+ ((cause != null) ? ": " + FailureReason.of(directory, cause) : "") + ".", cause);
		this.directory = directory;
	}

	/**
	 * Return the directory.
	 * @return the directory of the log
	 */
	public Path directory() {
		return this.directory;
	}

}
