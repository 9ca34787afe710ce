// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The disk has no room for the record. Nothing was written; appends succeed again once
 * there is room, without any other intervention.
 */
public class WalFullException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path directory;

	private final long neededBytes;

	/**
	 * Create an exception.
	 * @param directory the directory of the log
	 * @param neededBytes the room that was needed, in bytes
	 * @param usableBytes the room that is left, in bytes, or -1 if unknown
	 * @param cause what the file system said, or {@code null}
	 */
	public WalFullException(Path directory, long neededBytes, long usableBytes, @Nullable Throwable cause) {
		super("No room on the disk for the log in " + directory + ": " + neededBytes + " bytes are needed"
				+ ((usableBytes >= 0) ? ", " + usableBytes + " are usable" : "")
				+ ". Nothing was written. Free some space, or checkpoint so that old segments can go; appends then"
				+ " go on by themselves.", cause);
		this.directory = directory;
		this.neededBytes = neededBytes;
	}

	/**
	 * Return the directory of the log.
	 * @return the directory
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * Return the room that was needed.
	 * @return the number of bytes
	 */
	public long neededBytes() {
		return this.neededBytes;
	}

}
