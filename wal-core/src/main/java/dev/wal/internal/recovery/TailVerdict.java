// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.wal.internal.format.Format;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentScan;
import org.jspecify.annotations.Nullable;

/**
 * How the log ends, according to the newest segment that has a start block and to those
 * after it: with a whole block, with a torn tail, or with damage.
 *
 * @param segments the segments of the log from that one on, oldest first
 * @param spares segments after them that were prepared and not used, oldest first
 * @param discarded segments after them in which something lies that proves nothing, or
 * whose header cannot be read
 * @param nextLsn the LSN of the next record
 * @param provenLsn the highest LSN that is proven to be durable
 * @param unprovenFrom the offset in the last segment where the first block begins that
 * {@code provenLsn} does not cover
 * @param closed whether the last block of the log says that it was closed
 * @param torn the torn tail, or {@code null}
 */
record TailVerdict(List<Segment> segments, List<Segment> spares, List<FoundSegment> discarded, long nextLsn,
		long provenLsn, long unprovenFrom, boolean closed, @Nullable TornTail torn) {

	TailVerdict {
		segments = List.copyOf(segments);
		spares = List.copyOf(spares);
		discarded = List.copyOf(discarded);
	}

	/**
	 * Judge how the log ends.
	 * @param chain the segments before the newest one that has a start block
	 * @param identity what the control file says of the end
	 */
	static TailVerdict of(Storage storage, Listing listing, SegmentChain chain, Identity identity, SegmentBounds bounds,
			Findings findings) throws IOException {
		FoundSegment newest = listing.newestStarted();
		Judge judge = new Judge(storage, chain.checkpointLsn(), identity, bounds, findings);
		if (newest != null) {
			judge.scanNewest(newest);
			judge.judgeAfter(newest.number(), listing.readFrom(newest.number() + 1), false);
		}
		else {
			boolean released = chain.checkpointLsn() > 0 || identity.controlDamaged();
			// Without a segment 1, a checkpoint released all before the oldest.
			judge.nextLsn = (listing.indexOf(1) >= 0) ? 1 : chain.checkpointLsn() + 1;
			judge.judgeAfter(0, listing.readFrom(1), released);
		}
		judge.compareWithCheckpoint();
		long proven = (judge.nextLsn > judge.known.lsn()) ? judge.known.lsn() : 0;
		return new TailVerdict(judge.segments, judge.spares, judge.discarded, judge.nextLsn,
				Math.max(judge.provenLsn, proven), judge.unprovenFrom, judge.closed, judge.torn);
	}

	/**
	 * Return the verdict on a log that continues in a new segment and gives up all that
	 * follows its last block.
	 */
	TailVerdict restarted(StartBlock start) {
		return new TailVerdict(this.segments, List.of(), List.of(), start.firstLsn(), this.provenLsn, this.unprovenFrom,
				this.closed, null);
	}

	private static final class Judge {

		private final Storage storage;

		private final long checkpointLsn;

		/** What the control file says of the end; nothing where it is of no use. */
		private final ControlRecord.End known;

		private final boolean knownToBeLast;

		private final SegmentBounds bounds;

		private final Findings findings;

		private final List<Segment> segments = new ArrayList<>();

		private final List<Segment> spares = new ArrayList<>();

		private final List<FoundSegment> discarded = new ArrayList<>();

		private long nextLsn;

		private long provenLsn;

		private long unprovenFrom;

		private boolean closed;

		private @Nullable TornTail torn;

		Judge(Storage storage, long checkpointLsn, Identity identity, SegmentBounds bounds, Findings findings) {
			this.storage = storage;
			this.checkpointLsn = checkpointLsn;
			ControlRecord.End known = identity.known();
			this.known = (known != null) ? known : ControlRecord.End.NO_SEGMENT;
			this.knownToBeLast = identity.closed();
			this.bounds = bounds;
			this.findings = findings;
		}

		void scanNewest(FoundSegment newest) throws IOException {
			long first = newest.requireStart().firstLsn();
			SegmentScan scan = scan(newest, first);
			Segment segment = new Segment(newest.requireHeader(), first, scan.nextLsn() - 1, scan.end(), newest.size());
			this.segments.add(segment);
			this.findings.scanned(segment, scan);
			this.nextLsn = scan.nextLsn();
			this.provenLsn = Math.max(scan.provenLsn(), first - 1);
			this.unprovenFrom = scan.unprovenFrom();
			this.closed = scan.closed() && scan.problem() == null;
			if (!segment.isDamaged() && scan.dirtyEnd() > scan.end()) {
				this.torn = new TornTail(segment, scan.end(), scan.dirtyEnd(),
						(scan.problem() != null) ? scan.problem() : "valid blocks follow a missing block");
			}
		}

		private SegmentScan scan(FoundSegment segment, long expectedLsn) throws IOException {
			try (StorageFile file = this.storage.openForReading(segment.name())) {
				long durable = (this.known.segment() <= segment.number()) ? this.known.lsn() : 0;
				return SegmentScan.of(file, segment.requireHeader(), expectedLsn, segment.size(), -1, durable,
						this.findings.isTolerant());
			}
		}

		/**
		 * Judge the segments after the newest one that has a start block: they are
		 * unused, or their first write was torn, or what was acknowledged in them is
		 * damaged.
		 * @param newest the number of that one, 0 if there is none
		 * @param released whether any number of segments may be missing before the first
		 */
		void judgeAfter(long newest, List<FoundSegment> after, boolean released) throws IOException {
			long last = newest;
			boolean mayBeMissing = released;
			for (FoundSegment segment : after) {
				if (segment.number() > last + 1 && !mayBeMissing) {
					// A segment is created only when the one before it has its name.
					this.findings.damaged(last + 1, 0, 0, this.nextLsn, highestLsnIn(last + 1, segment.size()),
							"the segment is missing" + bound("it"));
				}
				if (segment.header() == null) {
					this.findings.damaged(segment.number(), 0, segment.size(), this.nextLsn,
							highestLsnIn(segment.number(), segment.size()), segment.problem() + bound("the header"));
					// The next segment would take its name.
					this.discarded.add(segment);
				}
				else if (segment.unused()) {
					if (segment.number() == this.known.segment() && this.known.lsn() >= this.nextLsn) {
						missing(segment.number(), Format.SEGMENT_HEADER_SIZE, "the segment is empty");
					}
					this.spares.add(unused(segment));
				}
				else {
					judgeFirstWrite(segment);
				}
				last = segment.number();
				mayBeMissing = false;
			}
			if (this.known.segment() > last) {
				missing(this.known.segment(), 0, "the segment is missing");
			}
		}

		private void missing(long number, long offset, String reason) {
			this.findings.damaged(number, offset, 0, this.nextLsn, this.known.lsn(), reason
					+ ", but the control file says that the log had come there. A copy made of a log in use looks like"
					+ " this");
		}

		/**
		 * Return an LSN that no record in an unreadable segment can be above. Where the
		 * control file does not tell, each record takes 5 bytes at least.
		 */
		private long highestLsnIn(long number, long size) {
			if (this.knownToBeLast) {
				return (number <= this.known.segment()) ? this.known.lsn() : 0;
			}
			return Math.max(this.known.lsn(), this.nextLsn + size / Format.RECORD_HEADER_SIZE);
		}

		/**
		 * Return what to add where the highest LSN is only an upper bound.
		 */
		private String bound(String what) {
			return this.knownToBeLast ? ""
					: ". How many records it held is not known, so the highest LSN is an upper bound: " + what
							+ " would say so";
		}

		private Segment unused(FoundSegment segment) {
			return new Segment(segment.requireHeader(), this.nextLsn, this.nextLsn - 1, Format.SEGMENT_HEADER_SIZE,
					segment.size());
		}

		private void judgeFirstWrite(FoundSegment segment) throws IOException {
			long expected = this.segments.isEmpty() ? this.bounds.start(segment).firstLsn() : this.nextLsn;
			SegmentScan scan = scan(segment, expected);
			TornTail before = this.torn;
			if (before != null) {
				if (!scan.provesWrite(segment.requireHeader())) {
					this.discarded.add(segment.asUnused());
					return;
				}
				this.findings.damaged(before.segment().number(), before.from(), before.length(), this.nextLsn,
						this.nextLsn, before.reason() + ", but the log continues in the next segment");
				before.segment().markDamaged();
				this.torn = null;
			}
			if (scan.gaps().isEmpty()) {
				Segment unused = unused(segment);
				this.spares.add(unused);
				this.torn = new TornTail(unused, scan.end(), scan.dirtyEnd(),
						(scan.problem() != null) ? scan.problem() : "the first block of the segment is missing");
				return;
			}
			Segment damaged = new Segment(segment.requireHeader(), expected, scan.nextLsn() - 1, scan.end(),
					segment.size());
			this.findings.scanned(damaged, scan);
			this.segments.add(damaged);
			this.nextLsn = scan.nextLsn();
		}

		void compareWithCheckpoint() {
			if (this.segments.isEmpty()) {
				if (this.checkpointLsn > 0 && this.findings.firstLoss() == null) {
					this.findings.segmentsMissing(this.checkpointLsn, this.nextLsn);
				}
				return;
			}
			Segment last = this.segments.get(this.segments.size() - 1);
			if (this.nextLsn <= this.checkpointLsn) {
				this.findings.damaged(last.number(), last.readableEnd(), 0, this.nextLsn, this.checkpointLsn,
						"the log ends here, but the checkpoint says that LSN " + this.checkpointLsn + " was durable");
			}
		}

	}

}
