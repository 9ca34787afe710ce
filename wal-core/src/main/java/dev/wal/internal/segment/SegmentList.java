package dev.wal.internal.segment;

import java.util.ArrayList;
import java.util.List;

import dev.wal.WalCorruptedException;
import org.jspecify.annotations.Nullable;

/**
 * The segments of an open log, oldest first. Whoever looks sees a list that no longer
 * changes. Thread-safe.
 */
public final class SegmentList {

	private volatile List<Segment> segments;

	public SegmentList(List<Segment> segments) {
		this.segments = List.copyOf(segments);
	}

	public List<Segment> all() {
		return this.segments;
	}

	public Segment first() {
		return this.segments.get(0);
	}

	Segment last() {
		List<Segment> all = this.segments;
		return all.get(all.size() - 1);
	}

	/**
	 * Return the segment that holds a record, or that it will be written to. If a segment
	 * on the way is damaged, then the one before it at most: who reads on from there
	 * meets the damage where it is.
	 */
	public Segment find(long lsn) {
		List<Segment> all = this.segments;
		try {
			int low = 0;
			int high = all.size() - 1;
			while (low < high) {
				int middle = (low + high + 1) >>> 1;
				if (all.get(middle).firstLsn() <= lsn) {
					low = middle;
				}
				else {
					high = middle - 1;
				}
			}
			return all.get(low);
		}
		catch (WalCorruptedException ex) {
			return findBelowDamage(all, lsn);
		}
	}

	private static Segment findBelowDamage(List<Segment> all, long lsn) {
		Segment found = all.get(0);
		try {
			for (Segment next : all) {
				if (next.firstLsn() > lsn) {
					return found;
				}
				found = next;
			}
		}
		catch (WalCorruptedException ex) {
			// The caller gets as far as this.
		}
		return found;
	}

	/**
	 * Return the segment after another, or {@code null} if that is the last one.
	 */
	public @Nullable Segment after(Segment segment) {
		for (Segment candidate : this.segments) {
			if (candidate.number() > segment.number()) {
				return candidate;
			}
		}
		return null;
	}

	public synchronized void add(Segment segment) {
		List<Segment> changed = new ArrayList<>(this.segments);
		changed.add(segment);
		this.segments = List.copyOf(changed);
	}

	public synchronized void removeFirst(Segment segment) {
		List<Segment> all = this.segments;
		if (all.get(0) != segment) {
			throw new IllegalStateException(segment + " is not the oldest segment");
		}
		this.segments = all.subList(1, all.size());
	}

}
