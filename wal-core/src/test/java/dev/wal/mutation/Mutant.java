// SPDX-License-Identifier: Apache-2.0
package dev.wal.mutation;

import java.nio.file.Path;

/**
 * A source file with one thing removed.
 *
 * @param kind what was removed
 * @param file the source file
 * @param line the line of the original
 * @param method the method that it is in
 * @param original what was there
 * @param source the whole file without it
 */
record Mutant(Kind kind, Path file, long line, String method, String original, String source) {

	String className() {
		String name = this.file.getFileName().toString();
		return name.substring(0, name.length() - ".java".length());
	}

	/**
	 * Return what stays the same when lines move.
	 */
	String key() {
		return className() + "." + this.method + ": " + this.original;
	}

	/**
	 * What is removed.
	 */
	enum Kind {

		/** A force of a file or a directory: it is not called. */
		FORCE,

		/** A comparison of a checksum: it always matches. */
		CHECKSUM,

		/** A bound of something that was read: it always holds. */
		BOUND

	}

}
