// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * Records are compressed in a way that cannot be undone here, since the library for it is
 * not on the class path. Nothing is wrong with the log: add the library, and read it
 * again.
 */
public class WalCompressionException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	private final String library;

	/**
	 * Create an exception.
	 * @param file the segment
	 * @param offset where the block begins in it, in bytes
	 * @param library the library that is missing, as {@code groupId:artifactId}
	 * @param cause why it cannot be used
	 */
	public WalCompressionException(Path file, long offset, String library, Throwable cause) {
		super("The block at offset " + offset + " of " + file + " is compressed, and to read it needs " + library
				+ " on the class path, which cannot be loaded: " + cause, cause);
		this.file = file;
		this.library = library;
	}

	/**
	 * Return the segment.
	 * @return its path
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Return what has to be added.
	 * @return {@code groupId:artifactId}
	 */
	public String library() {
		return this.library;
	}

}
