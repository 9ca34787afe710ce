// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Data that was acknowledged as durable is damaged or missing. No byte on disk was
 * changed.
 */
public class WalCorruptedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final transient @Nullable Path file;

	private final long offset;

	private final LsnRange lost;

	/**
	 * Create an exception for a log in files.
	 * @param file the damaged file
	 * @param offset the byte offset of the damage in it
	 * @param lost the LSNs that cannot be read, where the log can tell
	 * @param reason what is wrong, as a phrase
	 */
	public WalCorruptedException(Path file, long offset, LsnRange lost, String reason) {
		this(file.toString(), offset, lost, reason, file);
	}

	/**
	 * Create an exception.
	 * @param location the damaged place
	 * @param offset the offset of the damage in it
	 * @param lost the LSNs that cannot be read, where the log can tell
	 * @param reason what is wrong, as a phrase
	 */
	public WalCorruptedException(String location, long offset, LsnRange lost, String reason) {
		this(location, offset, lost, reason, null);
	}

	private WalCorruptedException(String location, long offset, LsnRange lost, String reason, @Nullable Path file) {
		super("The log is damaged: " + location + " at offset " + offset + ": " + reason
				+ ((lost.count() != 0) ? ". Acknowledged records cannot be read: LSN " + lost : "") + ".");
		this.location = location;
		this.offset = offset;
		this.lost = lost;
		this.file = file;
	}

	/**
	 * Return where the damage is.
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

	/**
	 * Return where in that place the damage begins.
	 * @return the offset, in bytes for a file
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
