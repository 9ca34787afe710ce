// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.util.ArrayList;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.SegmentInfo;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalIoException;
import dev.wal.WalPositionException;
import org.jspecify.annotations.Nullable;

/**
 * The segments of an open log, oldest first. A list that was returned no longer changes.
 * Thread-safe.
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
	 * on the way is damaged, return the one before it or an older one: a reader that
	 * starts there meets the damage where it is.
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
			// What was found before the damage is the answer.
		}
		return found;
	}

	/**
	 * Return the segment after another, or {@code null} if that is the last one.
	 */
	public @Nullable Segment after(Segment segment) {
		List<Segment> all = this.segments;
		int low = 0;
		int high = all.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (all.get(middle).number() <= segment.number()) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return (low < all.size()) ? all.get(low) : null;
	}

	/**
	 * Check that the log can be read from a position.
	 * @param from the LSN of the first record
	 * @param lastLsn the last LSN of the log
	 * @throws WalPositionException if there is no such record, nor will it be the next
	 */
	public void checkReadable(Lsn from, long lastLsn) {
		long oldest = all().isEmpty() ? lastLsn + 1 : first().firstLsn();
		if (Long.compareUnsigned(from.value(), oldest) < 0) {
			throw new WalPositionException(from, Lsn.of(oldest),
					from.isNone() ? "is no position; the oldest record has LSN " + oldest
							: "is no longer in the log; the oldest record has LSN " + oldest);
		}
		if (Long.compareUnsigned(from.value(), lastLsn + 1) > 0) {
			throw new WalPositionException(from, Lsn.of(lastLsn + 1),
					"was never written; the last record has LSN " + lastLsn);
		}
	}

	/**
	 * Describe the segments.
	 * @param writable whether the last one may be written to
	 */
	public List<SegmentInfo> infos(boolean writable) {
		List<Segment> all = this.segments;
		List<SegmentInfo> infos = new ArrayList<>(all.size());
		for (int i = 0; i < all.size(); i++) {
			infos.add(all.get(i).info(writable && i == all.size() - 1));
		}
		return List.copyOf(infos);
	}

	/**
	 * Return the bytes of all their files.
	 */
	public long sizeOnDisk() {
		long size = 0;
		for (Segment segment : this.segments) {
			size += size(segment);
		}
		return size;
	}

	private static long size(Segment segment) {
		try {
			return segment.fileSize();
		}
		catch (WalIoException ex) {
			// A file that is gone takes no space.
			return 0;
		}
	}

	/**
	 * Return the first LSN of the oldest segment that can be read, or
	 * {@link Long#MAX_VALUE} if none can. Never throws.
	 */
	public long firstReadable() {
		long first = Long.MAX_VALUE;
		List<Segment> segments = this.segments;
		for (int i = 0; i < segments.size() && first == Long.MAX_VALUE; i++) {
			first = firstReadable(segments.get(i));
		}
		return first;
	}

	private static long firstReadable(Segment segment) {
		try {
			return segment.firstLsn();
		}
		catch (WalException ex) {
			// The next one may be readable.
			return Long.MAX_VALUE;
		}
	}

	/**
	 * Return the name of the segment that is written now.
	 */
	public String activeName() {
		List<Segment> all = all();
		return all.get(all.size() - 1).name();
	}

	public synchronized void add(Segment segment) {
		List<Segment> changed = new ArrayList<>(this.segments);
		changed.add(segment);
		this.segments = List.copyOf(changed);
	}

	/**
	 * Remove the oldest segments.
	 */
	public synchronized void removeFirst(int count) {
		this.segments = this.segments.subList(count, this.segments.size());
	}

	/**
	 * Put segments back that were removed: they are the oldest again.
	 */
	public synchronized void putBack(List<Segment> oldest) {
		List<Segment> all = new ArrayList<>(oldest);
		all.addAll(this.segments);
		this.segments = List.copyOf(all);
	}

}
