// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A file, or a message in the log, was written in a newer format than this version can
 * read. No byte was changed.
 */
public class WalFormatVersionException extends WalException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final transient @Nullable Path file;

	private final long found;

	private final long supported;

	/**
	 * Create an exception.
	 * @param file the file
	 * @param found the format version of the file
	 * @param supported the format version that can be read
	 */
	public WalFormatVersionException(Path file, long found, long supported) {
		super(file + " has format version " + found + ", this release reads version " + supported
				+ ". Nothing was changed. Use a release that reads version " + found + ".");
		this.location = file.toString();
		this.file = file;
		this.found = found;
		this.supported = supported;
	}

	/**
	 * Create an exception for what is not a file.
	 * @param location where it is, such as "The message at LSN 7"
	 * @param part what this release does not know, such as "envelope version"
	 * @param found its value
	 * @param supported the value that can be read
	 */
	public WalFormatVersionException(String location, String part, long found, long supported) {
		super(location + " has " + part + " " + found + ", this release reads " + supported
				+ ". Nothing was changed. Use the release that wrote it, or a later one.");
		this.location = location;
		this.file = null;
		this.found = found;
		this.supported = supported;
	}

	/**
	 * Return where it is.
	 * @return the file, or the message and its LSN
	 */
	public String location() {
		return this.location;
	}

	/**
	 * Return the file.
	 * @return the file, empty if it is a message
	 */
	public Optional<Path> file() {
		return Optional.ofNullable(this.file);
	}

	/**
	 * Return the format version of the file.
	 * @return the version found
	 */
	public long found() {
		return this.found;
	}

	/**
	 * Return the format version that can be read.
	 * @return the version supported
	 */
	public long supported() {
		return this.supported;
	}

}
