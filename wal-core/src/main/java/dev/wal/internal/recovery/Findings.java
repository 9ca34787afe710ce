// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentName;
import dev.wal.internal.segment.SegmentScan;
import org.jspecify.annotations.Nullable;

/**
 * Collects what an inspection finds: how much was read, and what is damaged. Under
 * {@link CorruptionPolicy#FAIL} the first damage ends the inspection.
 */
final class Findings {

	private final Path directory;

	private final CorruptionPolicy policy;

	private final List<DamagedRange> damage = new ArrayList<>();

	private final Map<Long, Long> records = new TreeMap<>();

	private long bytes;

	private long highestLsn;

	private @Nullable Loss firstLoss;

	Findings(Path directory, CorruptionPolicy policy) {
		this.directory = directory;
		this.policy = policy;
	}

	CorruptionPolicy policy() {
		return this.policy;
	}

	/**
	 * Return whether the inspection continues after damage.
	 */
	boolean isTolerant() {
		return this.policy != CorruptionPolicy.FAIL;
	}

	/**
	 * Note that the checkpoint file is damaged. The segments tell what it said.
	 */
	void checkpointUnreadable(WalCorruptedException reason) {
		if (!isTolerant()) {
			throw reason;
		}
		this.damage.add(new DamagedRange(SegmentName.CHECKPOINT, 0, 0, Lsn.NONE, Lsn.NONE,
				"the checkpoint file does not match its checksum"));
	}

	/**
	 * Note that there is a checkpoint, but no segment with records.
	 */
	void segmentsMissing(long checkpointLsn, long expectedLsn) {
		add(new Loss(0, 0, expectedLsn,
				"there is a checkpoint at LSN " + checkpointLsn + ", but no segment with records"),
				SegmentName.CHECKPOINT, 0, LsnRange.EMPTY);
	}

	/**
	 * Note damage in a segment.
	 */
	void damaged(long number, long offset, long length, long firstLsn, long lastLsn, String reason) {
		add(new Loss(number, offset, firstLsn, reason), SegmentName.of(number), length,
				new LsnRange(Lsn.of(firstLsn), Lsn.of(lastLsn)));
	}

	/**
	 * Note what a scan of a segment read, and where it met damage.
	 */
	void scanned(Segment segment, SegmentScan scan) {
		this.records.put(segment.number(), scan.records());
		this.bytes += scan.end();
		this.highestLsn = Math.max(this.highestLsn, Math.max(scan.seenLsn(), scan.nextLsn() - 1));
		if (scan.gaps().isEmpty()) {
			segment.markSound();
		}
		for (SegmentScan.Gap gap : scan.gaps()) {
			segment.markDamaged();
			boolean none = gap.nextLsn() <= gap.firstLsn();
			add(new Loss(segment.number(), gap.from(), gap.firstLsn(), gap.problem()), segment.name(),
					gap.to() - gap.from(),
					none ? LsnRange.EMPTY : new LsnRange(Lsn.of(gap.firstLsn()), Lsn.of(gap.nextLsn() - 1)));
		}
	}

	private void add(Loss loss, String file, long length, LsnRange lsns) {
		if (!isTolerant()) {
			throw new WalCorruptedException(this.directory.resolve(file), loss.offset(), lsns, loss.reason());
		}
		this.damage.add(new DamagedRange(file, loss.offset(), length, lsns.first(), lsns.last(), loss.reason()));
		if (this.firstLoss == null || loss.isBefore(this.firstLoss)) {
			this.firstLoss = loss;
		}
	}

	/**
	 * Return the earliest place where acknowledged data is missing, or {@code null} if
	 * none is.
	 */
	@Nullable Loss firstLoss() {
		return this.firstLoss;
	}

	/**
	 * Return the highest LSN that any block or any damage mentions.
	 */
	long highestLsn() {
		long highest = this.highestLsn;
		for (DamagedRange range : this.damage) {
			highest = Math.max(highest, range.lastLsn().value());
		}
		return highest;
	}

	/**
	 * Return the damage, in order of the segments and offsets.
	 */
	List<DamagedRange> damage() {
		if (this.damage.size() > 1) {
			this.damage.sort(Comparator.comparing(DamagedRange::segment).thenComparing(DamagedRange::offset));
		}
		return List.copyOf(this.damage);
	}

	/**
	 * Return what was read of which segments.
	 */
	Scanned scanned() {
		return new Scanned(this.records, this.bytes);
	}

	/**
	 * A place where acknowledged data is missing.
	 *
	 * @param number the number of the segment, 0 for all of the log
	 * @param offset the offset in that segment
	 * @param expectedLsn the LSN that is due there
	 * @param reason what is wrong, as a phrase
	 */
	record Loss(long number, long offset, long expectedLsn, String reason) {

		private boolean isBefore(Loss other) {
			return this.number < other.number || (this.number == other.number && this.offset < other.offset);
		}

	}

}
