// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The disk has no space for the record. Nothing was written. Appends succeed again as
 * soon as there is space; nothing has to be restarted.
 */
public class WalFullException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path directory;

	private final long neededBytes;

	private final long usableBytes;

	/**
	 * Create an exception.
	 * @param directory the directory of the log
	 * @param neededBytes the space that was needed, in bytes
	 * @param usableBytes the space that is left, in bytes, or -1 if unknown
	 * @param cause what the file system said, or {@code null}
	 */
	public WalFullException(Path directory, long neededBytes, long usableBytes, @Nullable Throwable cause) {
		super("Not enough disk space for the log in " + directory + ": " + neededBytes + " bytes needed"
				+ ((usableBytes >= 0) ? ", " + usableBytes + " available" : "")
				+ ". Nothing was written. Free space, or take a checkpoint so that old segments are deleted; appends"
				+ " then resume.", cause);
		this.directory = directory;
		this.neededBytes = neededBytes;
		this.usableBytes = usableBytes;
	}

	/**
	 * Return the directory of the log.
	 * @return the directory
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * Return the space that was needed.
	 * @return the number of bytes
	 */
	public long neededBytes() {
		return this.neededBytes;
	}

	/**
	 * Return the space that was left. It may be more than was needed where a quota or a
	 * limit for the size of files is the reason.
	 * @return the number of bytes, or -1 if unknown
	 */
	public long usableBytes() {
		return this.usableBytes;
	}

}
