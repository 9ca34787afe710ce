// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * A file was written in a newer format than this version can read. No byte was changed.
 */
public class WalFormatVersionException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	private final long found;

	private final long supported;

	/**
	 * Create an exception.
	 * @param file the file
	 * @param found the format version of the file
	 * @param supported the newest format version that can be read
	 */
	public WalFormatVersionException(Path file, long found, long supported) {
		super(file + " has format version " + found + ", the newest that this release reads is " + supported
				+ ". Nothing was changed. Use the release that wrote the log, or a later one.");
		this.file = file;
		this.found = found;
		this.supported = supported;
	}

	/**
	 * Return the file.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Return the format version of the file.
	 * @return the version found
	 */
	public long found() {
		return this.found;
	}

	/**
	 * Return the newest format version that can be read.
	 * @return the version supported
	 */
	public long supported() {
		return this.supported;
	}

}
