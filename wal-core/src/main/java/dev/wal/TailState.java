// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import org.jspecify.annotations.Nullable;

/**
 * How the log ended when it was opened.
 *
 * @param kind whether anything was removed
 * @param place where the log ended: the file name of the newest segment with records, or
 * {@code null} if there was none
 * @param offset the offset in that place where the valid log ended, in bytes for a file
 * @param cutBytes the number of bytes after the offset that were removed
 * @param expectedLsn the LSN that the next record had to have
 * @param reason what was wrong with the removed bytes, or {@code null}
 * @param savedAs the file in the log's directory that keeps the removed bytes, or
 * {@code null} if none were kept
 */
public record TailState(Kind kind, @Nullable String place, long offset, long cutBytes, Lsn expectedLsn,
		@Nullable String reason, @Nullable String savedAs) {

	/**
	 * Return whether nothing was removed.
	 * @return {@code true} if the log ended cleanly
	 */
	public boolean isClean() {
		return this.kind == Kind.CLEAN;
	}

	/**
	 * The ways in which a log ends.
	 */
	public enum Kind {

		/**
		 * The log ended with a complete block.
		 */
		CLEAN,

		/**
		 * The log ended with an unfinished write, which was removed. Nothing shows that
		 * any of it was acknowledged.
		 */
		TRUNCATED,

		/**
		 * Acknowledged records were given up, as {@link CorruptionPolicy#TRUNCATE}
		 * demands.
		 */
		DAMAGE_TRUNCATED

	}

}
