// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentScan;
import org.jspecify.annotations.Nullable;

/**
 * Finds where segments begin and end, also where the block that would say so is lost.
 */
final class SegmentBounds {

	private final Storage storage;

	private final Listing listing;

	private final long checkpointLsn;

	/** What was concluded, by the number of the segment. */
	private final Map<Long, StartBlock> concluded = new HashMap<>();

	SegmentBounds(Storage storage, Listing listing, long checkpointLsn) {
		this.storage = storage;
		this.listing = listing;
		this.checkpointLsn = checkpointLsn;
	}

	/**
	 * Return how a segment begins. If its start block is lost, it follows what can be
	 * read of the segments before it.
	 */
	StartBlock start(FoundSegment segment) throws IOException {
		StartBlock start = segment.start();
		if (start == null) {
			start = this.concluded.get(segment.number());
		}
		if (start == null) {
			start = concludeStart(segment);
			this.concluded.put(segment.number(), start);
		}
		return start;
	}

	private StartBlock concludeStart(FoundSegment segment) throws IOException {
		Segment before = openEndedBelow(segment.number());
		if (before != null) {
			return new StartBlock(before.lastLsn() + 1, before.number(), before.lastLsn(), before.readableEnd());
		}
		long first = scan(segment, 1).gaps().stream().mapToLong(SegmentScan.Gap::nextLsn).findFirst().orElse(1);
		return new StartBlock(Math.min(first, this.checkpointLsn + 1), 0, 0, 0);
	}

	/**
	 * Return the newest segment below a number, up to the last block that can be read:
	 * its successor, which says where it ends, is lost.
	 * @return the segment, or {@code null} if none below the number can be read
	 */
	@Nullable Segment openEndedBelow(long number) throws IOException {
		FoundSegment readable = this.listing.newestReadable(number);
		return (readable != null) ? openEnded(readable) : null;
	}

	private Segment openEnded(FoundSegment segment) throws IOException {
		StartBlock start = start(segment);
		SegmentScan scan = scan(segment, start.firstLsn());
		return new Segment(segment.requireHeader(), start.firstLsn(), scan.nextLsn() - 1, scan.end(), segment.size());
	}

	private SegmentScan scan(FoundSegment segment, long expectedLsn) throws IOException {
		try (StorageFile file = this.storage.openForReading(segment.name())) {
			return SegmentScan.of(file, segment.requireHeader(), expectedLsn, segment.size(), -1, true);
		}
	}

}
