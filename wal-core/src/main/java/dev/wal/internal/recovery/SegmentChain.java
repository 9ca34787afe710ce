// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import dev.wal.internal.format.StartBlock;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentFile;
import dev.wal.internal.segment.UnreadSegment;
import org.jspecify.annotations.Nullable;

/**
 * The segments before the newest one that has a start block. Each segment names the one
 * before it and where that one ends. The chain must lead without a break to a segment
 * that either is the first of the log or follows the checkpoint or an LSN below it. An
 * earlier recovery gave up the files that the chain leaves out, or a checkpoint released
 * them.
 *
 * @param segments the segments, oldest first
 * @param incomplete the numbers of those of which blocks are certainly missing
 * @param leftOut the files that are no part of the log
 * @param released those of them that a checkpoint released and did not delete, sound ones
 * @param checkpointLsn the checkpoint; where its file is damaged, what the oldest segment
 * tells of it
 */
record SegmentChain(List<Segment> segments, Set<Long> incomplete, List<FoundSegment> leftOut,
		List<FoundSegment> released, long checkpointLsn) {

	SegmentChain {
		segments = List.copyOf(segments);
		incomplete = Set.copyOf(incomplete);
		leftOut = List.copyOf(leftOut);
		released = List.copyOf(released);
	}

	/**
	 * Follow the chain from the newest segment to the oldest.
	 */
	static SegmentChain of(Path directory, Listing listing, Identity identity, SegmentBounds bounds, Findings findings)
			throws IOException {
		FoundSegment newest = listing.newestStarted();
		Walk walk = new Walk(directory, listing, identity, bounds, findings);
		if (newest != null) {
			walk.from(newest.number());
		}
		Collections.reverse(walk.segments);
		return new SegmentChain(walk.segments, walk.incomplete, walk.leftOut, walk.released, walk.checkpointLsn);
	}

	private static final class Walk {

		private final Path directory;

		private final Listing listing;

		private final Identity identity;

		private final SegmentBounds bounds;

		private final Findings findings;

		/** The newest first. */
		private final List<Segment> segments = new ArrayList<>();

		private final Set<Long> incomplete = new HashSet<>();

		private final List<FoundSegment> leftOut = new ArrayList<>();

		private final List<FoundSegment> released = new ArrayList<>();

		private long checkpointLsn;

		Walk(Path directory, Listing listing, Identity identity, SegmentBounds bounds, Findings findings) {
			this.directory = directory;
			this.listing = listing;
			this.identity = identity;
			this.bounds = bounds;
			this.findings = findings;
			this.checkpointLsn = identity.checkpointLsn();
		}

		void from(long newest) throws IOException {
			List<SegmentFile> files = this.listing.files();
			int index = this.listing.indexOf(newest);
			while (true) {
				SegmentFile current = files.get(index);
				if (index > 0 && isLeftForLater(files.get(index - 1), current)) {
					this.segments.add(unread(files.get(index - 1), current));
					index--;
					continue;
				}
				Segment before = before(current.read());
				if (before == null) {
					return;
				}
				this.segments.add(before);
				index = this.listing.indexOf(before.number());
			}
		}

		/**
		 * Return whether it can wait how two files are chained, since one of them was not
		 * read. Their numbers tell that none is missing between them.
		 */
		private static boolean isLeftForLater(SegmentFile file, SegmentFile successor) {
			FoundSegment after = successor.found();
			StartBlock start = (after != null) ? after.start() : null;
			if (file.number() != successor.number() - 1 || (start != null && start.numberBefore() != file.number())) {
				return false;
			}
			return file.found() == null || after == null;
		}

		private Segment unread(SegmentFile file, SegmentFile successor) {
			UUID logId = Objects.requireNonNull(this.identity.logId());
			return new Segment(new UnreadSegment(this.directory, logId, file, successor));
		}

		/**
		 * Return the segment that another one follows, or {@code null} if the log begins
		 * with that one.
		 */
		private @Nullable Segment before(FoundSegment segment) throws IOException {
			StartBlock start = this.bounds.start(segment);
			if (segment.start() == null) {
				this.incomplete.add(segment.number());
			}
			long number = start.numberBefore();
			if (number == 0) {
				leaveOut(0, segment.number());
				return null;
			}
			FoundSegment named = (number < segment.number()) ? this.listing.read(number) : null;
			String problem = (named != null) ? named.problemBefore(start) : "the segment is missing";
			if (named != null && problem == null) {
				leaveOut(number, segment.number());
				return sealed(named, start);
			}
			if (this.identity.checkpointDamaged() && this.listing.isOldest(segment.number())) {
				// A segment that is gone shows that the checkpoint had reached its end.
				this.checkpointLsn = start.lastLsnBefore();
			}
			if (start.lastLsnBefore() <= this.checkpointLsn) {
				release(segment);
				return null;
			}
			long lower = Math.min(number, segment.number());
			Segment next = this.bounds.openEndedBelow(lower);
			long lostFrom = (next != null) ? next.lastLsn() + 1 : this.checkpointLsn + 1;
			this.findings.damaged(number, 0, (named != null) ? named.size() : 0, lostFrom, start.lastLsnBefore(),
					String.valueOf(problem));
			leaveOut(lower, segment.number());
			return next;
		}

		private Segment sealed(FoundSegment segment, StartBlock successor) throws IOException {
			if (segment.size() < successor.endBefore()) {
				this.incomplete.add(segment.number());
			}
			return new Segment(segment.requireHeader(), this.bounds.start(segment).firstLsn(),
					successor.lastLsnBefore(), successor.endBefore(), segment.size());
		}

		/**
		 * Leave out all segments below one that follows the checkpoint. A checkpoint that
		 * was interrupted while it deleted them leaves any of them, with holes. What
		 * begins above the checkpoint, or cannot be read, it cannot have released: a
		 * repair has replaced that.
		 */
		private void release(FoundSegment first) throws IOException {
			List<FoundSegment> below = this.listing.readBetween(0, first.number());
			long next = this.bounds.start(first).firstLsn();
			for (int i = below.size() - 1; i >= 0; i--) {
				FoundSegment segment = below.get(i);
				StartBlock start = segment.start();
				boolean certain = start != null && start.firstLsn() <= next && next <= this.checkpointLsn + 1
						&& !this.identity.checkpointDamaged();
				(certain ? this.released : this.leftOut).add(segment);
				next = (start != null) ? start.firstLsn() : next;
			}
		}

		private void leaveOut(long lower, long upper) throws IOException {
			this.leftOut.addAll(this.listing.readBetween(lower, upper));
		}

	}

}
