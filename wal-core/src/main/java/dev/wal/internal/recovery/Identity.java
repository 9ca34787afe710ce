// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.segment.ControlFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.SegmentFile;
import dev.wal.internal.segment.SegmentName;
import org.jspecify.annotations.Nullable;

/**
 * Which log lies in a directory. All of its files have to agree.
 *
 * @param logId the log id, or {@code null} if there is no log yet
 * @param owner the application that the log belongs to, empty if none was named
 * @param created when the log was created, in nanoseconds since the epoch, 0 if unknown
 * @param checkpointLsn the checkpoint, 0 for none
 * @param control the control file as it was found
 * @param known what the control file says of the end of the log, or {@code null} if it
 * says nothing that can be relied on
 */
record Identity(@Nullable UUID logId, String owner, long created, long checkpointLsn, ControlFile.Found control,
		ControlRecord.@Nullable End known) {

	/**
	 * Compare the control file with the headers of the segments.
	 * @param expectedOwner the owner that the log must have, or {@code null} for any
	 * @param control the control file as it was before the segments were read
	 * @param later the control file as it was after that, for the checkpoint: a live
	 * writer stores a checkpoint before it deletes segments
	 * @throws WalForeignLogException if a file belongs to another log
	 */
	static Identity of(Path directory, Listing listing, @Nullable String expectedOwner, ControlFile.Found control,
			ControlFile.Found later, Findings findings) {
		SegmentHeader first = null;
		for (SegmentFile file : listing.files()) {
			FoundSegment segment = file.found();
			SegmentHeader header = (segment != null) ? segment.header() : null;
			if (segment == null || header == null) {
				continue;
			}
			checkOwner(directory.resolve(segment.name()), header.owner(), expectedOwner);
			first = (first != null) ? first : header;
			checkLogId(directory.resolve(segment.name()), header.logId(), first.logId());
		}
		ControlRecord record = later.record();
		if (record != null) {
			checkOwner(directory.resolve(SegmentName.CONTROL), record.owner(), expectedOwner);
			checkLogId(directory.resolve(SegmentName.CONTROL), record.logId(),
					(first != null) ? first.logId() : record.logId());
			return new Identity(record.logId(), record.owner(), record.created(), record.checkpointLsn(), control,
					(control.record() != null) ? control.record().end() : null);
		}
		if (!listing.files().isEmpty()) {
			findings.controlUnreadable(String.valueOf(control.problem()));
		}
		else if (!control.missing()) {
			throw new WalCorruptedException(directory.resolve(SegmentName.CONTROL), 0, dev.wal.LsnRange.EMPTY,
					control.problem() + ", and there is no segment");
		}
		return new Identity((first != null) ? first.logId() : null,
				(first != null) ? first.owner() : Objects.requireNonNullElse(expectedOwner, ""),
				(first != null) ? first.created() : 0, 0, control, null);
	}

	Identity withCheckpoint(long lsn) {
		return new Identity(this.logId, this.owner, this.created, lsn, this.control, this.known);
	}

	/**
	 * Return this identity where the control file is of another time than the segments.
	 */
	Identity withoutControl() {
		return new Identity(this.logId, this.owner, this.created, this.checkpointLsn, this.control, null);
	}

	/**
	 * Return whether there is a log whose control file says nothing that can be relied
	 * on.
	 */
	boolean controlDamaged() {
		return this.logId != null && this.known == null;
	}

	/**
	 * Return whether the control file says that the log was closed cleanly.
	 */
	boolean closed() {
		return this.known != null && this.control.isClosed();
	}

	/**
	 * Return the highest LSN that the control file names, also if it is of another time.
	 */
	long highestLsn() {
		ControlRecord record = this.control.record();
		return (record != null) ? Math.max(record.end().lsn(), record.checkpointLsn()) : 0;
	}

	private static void checkOwner(Path file, String found, @Nullable String expected) {
		if (expected != null && !found.equals(expected)) {
			throw new WalForeignLogException(file, "owner", found, expected);
		}
	}

	private static void checkLogId(Path file, UUID found, UUID expected) {
		if (!found.equals(expected)) {
			throw new WalForeignLogException(file, "log id", found.toString(), expected.toString());
		}
	}

}
