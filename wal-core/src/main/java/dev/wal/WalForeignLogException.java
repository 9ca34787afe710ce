// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A file belongs to another log than the one that was to be opened: its owner differs
 * from the configured one, or the segments of two logs lie in one directory. No byte was
 * changed.
 */
public class WalForeignLogException extends WalException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final transient @Nullable Path file;

	/**
	 * Create an exception for a log in files.
	 * @param file the file
	 * @param what the identity that differs, as a noun
	 * @param found what the file says
	 * @param expected what was expected
	 */
	public WalForeignLogException(Path file, String what, String found, String expected) {
		this(file.toString(), what, found, expected, file);
	}

	/**
	 * Create an exception.
	 * @param location where the log is
	 * @param what the identity that differs, as a noun
	 * @param found what was found there
	 * @param expected what was expected
	 */
	public WalForeignLogException(String location, String what, String found, String expected) {
		this(location, what, found, expected, null);
	}

	private WalForeignLogException(String location, String what, String found, String expected, @Nullable Path file) {
		super(location + " belongs to another log: its " + what + " is '" + found + "', but '" + expected
				+ "' was expected. Nothing was changed. Check the directory and the configured owner.");
		this.location = location;
		this.file = file;
	}

	/**
	 * Return where the other log is.
	 * @return the path of the file, for a log in files
	 */
	public String location() {
		return this.location;
	}

	/**
	 * Return the path of the file, where there is one.
	 * @return the file; nothing for a log that is not in files, and after the exception
	 * was serialized
	 */
	public Optional<Path> file() {
		return Optional.ofNullable(this.file);
	}

}
