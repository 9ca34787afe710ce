// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.WalIoException;
import dev.wal.internal.format.StartBlock;

/**
 * An older segment of which only the name was seen when the log was opened. Its file, and
 * what its successor says of it, are read and verified when they are first needed. So
 * opening costs the same with any number of segments. Thread-safe.
 */
public final class UnreadSegment {

	private final Path directory;

	private final UUID logId;

	private final SegmentFile file;

	private final SegmentFile successor;

	public UnreadSegment(Path directory, UUID logId, SegmentFile file, SegmentFile successor) {
		this.directory = directory;
		this.logId = logId;
		this.file = file;
		this.successor = successor;
	}

	long number() {
		return this.file.number();
	}

	/**
	 * Read the segment. Two threads that do so at once come to the same result.
	 * @throws WalCorruptedException if the two files do not follow each other
	 */
	void readInto(Segment target) {
		FoundSegment segment = read(this.file);
		FoundSegment successor = read(this.successor);
		verify(segment, successor);
		StartBlock after = successor.requireStart();
		target.read(segment.requireHeader(), segment.requireStart().firstLsn(), after.lastLsnBefore(),
				after.endBefore(), segment.size());
	}

	/**
	 * Return the size of the file, without reading what is in it.
	 */
	long fileSize() {
		try {
			return this.file.size();
		}
		catch (NoSuchFileException ex) {
			// Somebody deleted it.
			return 0;
		}
		catch (IOException ex) {
			throw unreadable(this.file, ex);
		}
	}

	private FoundSegment read(SegmentFile file) {
		try {
			return file.read();
		}
		catch (IOException ex) {
			throw unreadable(file, ex);
		}
	}

	private WalIoException unreadable(SegmentFile file, IOException ex) {
		return new WalIoException("read", this.directory.resolve(SegmentName.of(file.number())), ex);
	}

	private void verify(FoundSegment segment, FoundSegment successor) {
		StartBlock after = successor.start();
		if (after == null) {
			throw corrupted(successor, LsnRange.EMPTY,
					Objects.requireNonNullElse(successor.problem(), "the segment has no start block"));
		}
		if (after.numberBefore() != segment.number()) {
			throw corrupted(successor, LsnRange.EMPTY, "the segment follows segment " + after.numberBefore()
					+ ", but there is a segment " + segment.number());
		}
		StartBlock start = segment.start();
		String problem = segment.problemBefore(after);
		if (problem == null && start == null) {
			problem = "the segment has no start block";
		}
		if (problem == null && segment.size() < after.endBefore()) {
			problem = "the segment has " + segment.size() + " bytes, but its successor says that it ends at offset "
					+ after.endBefore();
		}
		if (problem != null) {
			long first = (start != null) ? start.firstLsn() : after.lastLsnBefore();
			long last = Math.max(first, after.lastLsnBefore());
			throw corrupted(segment, new LsnRange(Lsn.of(first), Lsn.of(last)), problem);
		}
		UUID logId = segment.requireHeader().logId();
		if (!logId.equals(this.logId)) {
			throw new WalForeignLogException(this.directory.resolve(segment.name()), "log id", logId.toString(),
					this.logId.toString());
		}
	}

	private WalCorruptedException corrupted(FoundSegment segment, LsnRange lsns, String problem) {
		return new WalCorruptedException(this.directory.resolve(segment.name()), 0, lsns, problem);
	}

}
