// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.file.Path;

import dev.wal.WalException;

/**
 * What was given is not a log of that layout, or not one that can be told apart from
 * another, or one that was made to take more work than a reader should do. Nothing was
 * changed or imported.
 */
public class LegacyFormatException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	/**
	 * Create an exception.
	 * @param layout the layout that was expected
	 * @param file the file or directory
	 * @param reason what is wrong with it, as a phrase
	 */
	public LegacyFormatException(LegacyLayout layout, Path file, String reason) {
		super(file + " cannot be read as a log of " + layout + ": " + reason + ". Nothing was changed.");
		this.file = file;
	}

	/**
	 * Return what could not be read.
	 * @return the file or directory
	 */
	public Path file() {
		return this.file;
	}

}
