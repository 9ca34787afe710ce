// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.SegmentFile;
import dev.wal.internal.segment.SegmentName;
import org.jspecify.annotations.Nullable;

/**
 * Which log lies in a directory. All of its files have to agree.
 *
 * @param logId the log id, or {@code null} if there is no log yet
 * @param owner the application that the log belongs to, empty if none was named
 * @param checkpointLsn the checkpoint, 0 for none
 * @param checkpointDamaged whether the checkpoint file cannot be read
 */
record Identity(@Nullable UUID logId, String owner, long checkpointLsn, boolean checkpointDamaged) {

	/**
	 * Read the checkpoint file, and compare it with the headers of the segments. To be
	 * called after those were read: a live writer stores the checkpoint before it deletes
	 * segments.
	 * @param expectedOwner the owner that the log must have, or {@code null} for any
	 * @throws WalForeignLogException if a file belongs to another log
	 */
	static Identity of(Storage storage, Listing listing, @Nullable String expectedOwner, Findings findings)
			throws IOException {
		CheckpointFile checkpoint = null;
		boolean damaged = false;
		try {
			checkpoint = CheckpointFile.read(storage);
		}
		catch (WalCorruptedException ex) {
			findings.checkpointUnreadable(ex);
			damaged = true;
		}
		SegmentHeader first = null;
		for (SegmentFile file : listing.files()) {
			FoundSegment segment = file.found();
			SegmentHeader header = (segment != null) ? segment.header() : null;
			if (segment == null || header == null) {
				continue;
			}
			if (expectedOwner != null && !header.owner().equals(expectedOwner)) {
				throw new WalForeignLogException(storage.directory().resolve(segment.name()), "owner", header.owner(),
						expectedOwner);
			}
			first = (first != null) ? first : header;
			checkLogId(storage.directory().resolve(segment.name()), header.logId(), first.logId());
		}
		UUID logId = (first != null) ? first.logId() : null;
		if (checkpoint != null) {
			logId = (logId != null) ? logId : checkpoint.logId();
			checkLogId(storage.directory().resolve(SegmentName.CHECKPOINT), checkpoint.logId(), logId);
		}
		String owner = (first != null) ? first.owner() : Objects.requireNonNullElse(expectedOwner, "");
		return new Identity(logId, owner, (checkpoint != null) ? checkpoint.lsn() : 0, damaged);
	}

	Identity withCheckpoint(long lsn) {
		return new Identity(this.logId, this.owner, lsn, this.checkpointDamaged);
	}

	private static void checkLogId(Path file, UUID found, UUID expected) {
		if (!found.equals(expected)) {
			throw new WalForeignLogException(file, "log id", found.toString(), expected.toString());
		}
	}

}
