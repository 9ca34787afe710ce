// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * A file belongs to another log than the one that was to be opened: its owner differs
 * from the configured one, or the segments of two logs lie in one directory. No byte was
 * changed.
 */
public class WalForeignLogException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	/**
	 * Create an exception.
	 * @param file the file
	 * @param what the identity that differs, as a noun
	 * @param found what the file says
	 * @param expected what was expected
	 */
	public WalForeignLogException(Path file, String what, String found, String expected) {
		super(file + " belongs to another log: its " + what + " is '" + found + "', expected was '" + expected
				+ "'. Nothing was changed. Choose the right directory, or the right owner.");
		this.file = file;
	}

	/**
	 * Return the file that belongs to another log.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

}
