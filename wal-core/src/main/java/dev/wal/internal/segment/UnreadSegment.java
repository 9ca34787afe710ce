// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.UUID;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;
import dev.wal.WalForeignLogException;
import dev.wal.WalIoException;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;

/**
 * An older segment of which opening the log saw no more than the name: what its file says
 * of it, and what its successor does, is read and verified when it is first needed. So
 * opening costs the same however many segments there are. Thread-safe.
 */
public final class UnreadSegment {

	private final Storage storage;

	private final UUID logId;

	private final FoundSegment segment;

	private final FoundSegment successor;

	public UnreadSegment(Storage storage, UUID logId, FoundSegment segment, FoundSegment successor) {
		this.storage = storage;
		this.logId = logId;
		this.segment = segment;
		this.successor = successor;
	}

	long number() {
		return this.segment.number;
	}

	/**
	 * Read the segment. Two who do so at once come to the same result.
	 * @throws WalCorruptedException if the two files do not follow each other
	 */
	void readInto(Segment target) {
		read(this.segment);
		read(this.successor);
		verify();
		StartBlock after = this.successor.start();
		target.read(this.segment.header(), this.segment.start().firstLsn(), after.lastLsnBefore(), after.endBefore(),
				this.segment.size);
	}

	/**
	 * Return the size of the file, without reading what is in it.
	 */
	long fileSize() {
		try {
			return this.segment.size(this.storage);
		}
		catch (IOException ex) {
			throw unreadable(this.segment, ex);
		}
	}

	private void read(FoundSegment file) {
		try {
			file.read(this.storage);
		}
		catch (IOException ex) {
			throw unreadable(file, ex);
		}
	}

	private WalIoException unreadable(FoundSegment file, IOException ex) {
		return new WalIoException("read", this.storage.directory().resolve(file.name()), ex);
	}

	private void verify() {
		if (this.successor.start == null) {
			throw corrupted(this.successor, LsnRange.EMPTY,
					(this.successor.problem != null) ? this.successor.problem : "the segment has no start block");
		}
		StartBlock after = this.successor.start();
		if (after.numberBefore() != this.segment.number) {
			throw corrupted(this.successor, LsnRange.EMPTY, "the segment follows segment " + after.numberBefore()
					+ ", but there is a segment " + this.segment.number);
		}
		String problem = this.segment.problemBefore(after);
		if (problem == null && this.segment.start == null) {
			problem = "the segment has no start block";
		}
		if (problem == null && this.segment.size < after.endBefore()) {
			problem = "the segment has " + this.segment.size + " bytes, but its successor says that it ends at offset "
					+ after.endBefore();
		}
		if (problem != null) {
			long first = (this.segment.start != null) ? this.segment.start.firstLsn() : after.lastLsnBefore();
			long last = Math.max(first, after.lastLsnBefore());
			throw corrupted(this.segment, new LsnRange(Lsn.of(first), Lsn.of(last)), problem);
		}
		UUID found = this.segment.header().logId();
		if (!found.equals(this.logId)) {
			throw new WalForeignLogException(this.storage.directory().resolve(this.segment.name()), "log id",
					found.toString(), this.logId.toString());
		}
	}

	private WalCorruptedException corrupted(FoundSegment file, LsnRange lsns, String problem) {
		return new WalCorruptedException(this.storage.directory().resolve(file.name()), 0, lsns, problem);
	}

}
