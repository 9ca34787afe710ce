// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.file.Path;

import dev.wal.WalDirectoryException;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentFile;

/**
 * Finds out whether the control file and the segments are of one time. Where they are
 * not, somebody put files of several copies together, and nothing tells which records are
 * missing.
 */
final class ControlCheck {

	private static final String MIXED = ": the files are of different times. Put all files of one copy into the"
			+ " directory";

	private final Path directory;

	private final Findings findings;

	ControlCheck(Path directory, Findings findings) {
		this.directory = directory;
		this.findings = findings;
	}

	/**
	 * Check what can be told before the blocks are read.
	 * @return the identity, without the control file if that is of another time
	 * @throws WalDirectoryException if the directory has remains of a log, but no log
	 */
	Identity beforeReading(Identity identity, Listing listing) throws IOException {
		if (identity.logId() == null && listing.remains() != null) {
			throw new WalDirectoryException(this.directory, "there is " + listing.remains()
					+ ", which a log left, but neither its control file nor a segment. A new log would give its LSNs"
					+ " again. Put the files of the log back, or choose an empty directory", null);
		}
		ControlRecord.End known = identity.known();
		if (known == null) {
			return identity;
		}
		if (known.isNoSegment()) {
			return isUnused(listing) ? identity
					: mixed(identity, "the control file says that the log is being created, but there are blocks");
		}
		FoundSegment segment = listing.read(known.segment());
		SegmentHeader header = (segment != null) ? segment.header() : null;
		return (header != null && header.salt() != known.salt())
				? mixed(identity, "the control file names another segment " + known.segment()) : identity;
	}

	private static boolean isUnused(Listing listing) throws IOException {
		for (SegmentFile file : listing.files()) {
			FoundSegment found = file.read();
			if (file.number() != 1 || found.header() == null || found.start() != null) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Check what the blocks tell.
	 * @return the identity, without the control file if that is of another time
	 */
	Identity afterReading(Identity identity, TailVerdict verdict) {
		ControlRecord.End known = identity.known();
		if (known == null || !identity.closed() || verdict.segments().isEmpty()) {
			return identity;
		}
		Segment last = verdict.segments().get(verdict.segments().size() - 1);
		boolean goesOn = last.number() > known.segment()
				|| (last.number() == known.segment() && last.readableEnd() > known.offset());
		return goesOn ? mixed(identity, "the control file says that the log was closed at LSN " + known.lsn()
				+ ", but there are blocks after that") : identity;
	}

	private Identity mixed(Identity identity, String reason) {
		this.findings.controlUnreadable(reason + MIXED);
		return identity.withoutControl();
	}

}
