// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * Data that was acknowledged as durable is damaged or missing. No byte on disk was
 * changed.
 */
public class WalCorruptedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	private final long offset;

	private final LsnRange lost;

	/**
	 * Create an exception.
	 * @param file the damaged file
	 * @param offset the byte offset of the damage in it
	 * @param lost the LSNs that cannot be read, as far as the log can tell
	 * @param reason what is wrong, as a phrase
	 */
	public WalCorruptedException(Path file, long offset, LsnRange lost, String reason) {
		super("The log is damaged: " + file + " at offset " + offset + ": " + reason
				+ ((lost.count() != 0) ? ". Acknowledged records cannot be read: LSN " + lost : "") + ".");
		this.file = file;
		this.offset = offset;
		this.lost = lost;
	}

	/**
	 * Return the damaged file.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Return where in the file the damage begins.
	 * @return the byte offset
	 */
	public long offset() {
		return this.offset;
	}

	/**
	 * Return the LSNs that cannot be read.
	 * @return the range, {@link LsnRange#EMPTY} if the damage is not in records
	 */
	public LsnRange lost() {
		return this.lost;
	}

}
