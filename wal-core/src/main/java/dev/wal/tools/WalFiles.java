// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import dev.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * The files in the directory of a log, with what the header of each says.
 * {@link WalDirectory#verify()} checks the rest of them.
 *
 * @param directory the directory
 * @param segments the segment files, in order of their numbers
 * @param checkpoint the checkpoint, or {@code null} if there is none that can be read
 * @param others the other files with names that the log gives, in order of their names
 * @param lockHolder the process that took the lock last, with process id, host and time,
 * or {@code null} if the lock file does not say; it may no longer run
 */
public record WalFiles(Path directory, List<Segment> segments, @Nullable Checkpoint checkpoint, List<Other> others,
		@Nullable String lockHolder) {

	/**
	 * Create a listing.
	 */
	public WalFiles {
		segments = List.copyOf(segments);
		others = List.copyOf(others);
	}

	/**
	 * A segment file.
	 *
	 * @param fileName its name
	 * @param number the number in its name
	 * @param size its size in bytes, preallocated space included
	 * @param header what its header says, or {@code null} if that cannot be read
	 * @param firstLsn the LSN that it begins with, or {@code null} if nothing was written
	 * to it yet or its beginning cannot be read
	 * @param problem what is wrong with its header, or {@code null}
	 */
	public record Segment(String fileName, long number, long size, @Nullable Header header, @Nullable Lsn firstLsn,
			@Nullable String problem) {
	}

	/**
	 * The header of a segment.
	 *
	 * @param version the version of the format
	 * @param logId the identity of the log
	 * @param owner the application that owns the log, empty if none was named
	 * @param created when the file was created
	 */
	public record Header(int version, UUID logId, String owner, Instant created) {
	}

	/**
	 * The checkpoint.
	 *
	 * @param lsn the LSN up to which the application has applied the log
	 * @param time when it was taken
	 */
	public record Checkpoint(Lsn lsn, Instant time) {
	}

	/**
	 * A file that holds no records of the log.
	 *
	 * @param fileName its name
	 * @param size its size in bytes
	 * @param kind what it is
	 */
	public record Other(String fileName, long size, Kind kind) {
	}

	/**
	 * What a file is that holds no records of the log.
	 */
	public enum Kind {

		/**
		 * Bytes that a recovery removed from the end of a segment.
		 */
		TORN,

		/**
		 * A file that is no longer part of the log, kept under another name.
		 */
		DAMAGED,

		/**
		 * A file without its final name, or a segment that a checkpoint released and that
		 * will be used again.
		 */
		UNFINISHED,

		/**
		 * A checkpoint that cannot be read.
		 */
		DAMAGED_CHECKPOINT

	}

}
