// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.util.Objects;

import dev.wal.Lsn;
import dev.wal.SegmentInfo;
import dev.wal.WalCorruptedException;
import dev.wal.WalIoException;
import dev.wal.internal.format.SegmentHeader;
import org.jspecify.annotations.Nullable;

/**
 * One segment of the log, as its readers know it. Its end moves only forward, and only by
 * the thread that writes the log at the moment.
 * <p>
 * Of an older segment that was not read yet, only the number and the name are known. To
 * ask for more may throw {@link WalCorruptedException} or {@link WalIoException}, each
 * time.
 */
public final class Segment {

	private final long number;

	private volatile @Nullable SegmentHeader header;

	private volatile long firstLsn;

	private volatile long lastLsn;

	private volatile long readableEnd;

	private volatile long fileSize;

	private volatile boolean damaged;

	private volatile boolean sound;

	/** Where the fields above come from, or {@code null} if they are set. */
	private volatile @Nullable UnreadSegment unread;

	/**
	 * Create a segment.
	 * @param firstLsn the LSN of its first record, or the one that will be
	 * @param lastLsn the LSN of its last record, one less if there is none
	 * @param readableEnd where what may be read ends
	 * @param fileSize the size of the file
	 */
	public Segment(SegmentHeader header, long firstLsn, long lastLsn, long readableEnd, long fileSize) {
		this.number = header.number();
		this.header = header;
		this.firstLsn = firstLsn;
		this.lastLsn = lastLsn;
		this.readableEnd = readableEnd;
		this.fileSize = fileSize;
	}

	/**
	 * Create a segment that is read when it is needed.
	 */
	public Segment(UnreadSegment unread) {
		this.number = unread.number();
		this.unread = unread;
	}

	/**
	 * The segment was read.
	 */
	void read(SegmentHeader header, long firstLsn, long lastLsn, long readableEnd, long fileSize) {
		this.header = header;
		this.firstLsn = firstLsn;
		this.lastLsn = lastLsn;
		this.readableEnd = readableEnd;
		this.fileSize = fileSize;
		this.unread = null;
	}

	private void ensureRead() {
		UnreadSegment unread = this.unread;
		if (unread != null) {
			unread.readInto(this);
		}
	}

	public SegmentHeader header() {
		ensureRead();
		return Objects.requireNonNull(this.header);
	}

	public long number() {
		return this.number;
	}

	public String name() {
		return SegmentName.of(this.number);
	}

	public long firstLsn() {
		ensureRead();
		return this.firstLsn;
	}

	public long lastLsn() {
		ensureRead();
		return this.lastLsn;
	}

	public boolean isEmpty() {
		return lastLsn() < firstLsn();
	}

	/**
	 * Return the offset up to which everything is durable and may be read.
	 */
	public long readableEnd() {
		ensureRead();
		return this.readableEnd;
	}

	public long fileSize() {
		UnreadSegment unread = this.unread;
		return (unread != null) ? unread.fileSize() : this.fileSize;
	}

	public boolean isDamaged() {
		return this.damaged;
	}

	public void markDamaged() {
		this.damaged = true;
	}

	/**
	 * Return whether this log wrote all of the segment, or has read all of it without
	 * meeting damage.
	 */
	public boolean isSound() {
		return this.sound && !this.damaged;
	}

	public void markSound() {
		this.sound = true;
	}

	/**
	 * Return this segment as it is when it ends earlier.
	 * @param lastLsn the LSN of its last record then
	 * @param readableEnd where what may be read ends then
	 */
	public Segment endingWith(long lastLsn, long readableEnd) {
		Segment shorter = new Segment(header(), firstLsn(), lastLsn, readableEnd, fileSize());
		shorter.damaged = this.damaged;
		return shorter;
	}

	/**
	 * Give a segment that has no records yet its place in the log.
	 */
	void begin(long firstLsn) {
		this.firstLsn = firstLsn;
		this.lastLsn = firstLsn - 1;
	}

	public void written(long lastLsn) {
		this.lastLsn = lastLsn;
	}

	public void readable(long end) {
		this.readableEnd = end;
	}

	public void resized(long fileSize) {
		this.fileSize = fileSize;
	}

	public SegmentInfo info(boolean active) {
		return new SegmentInfo(name(), this.number, Lsn.of(firstLsn()), Lsn.of(lastLsn()), readableEnd(), active);
	}

	@Override
	public String toString() {
		return name();
	}

}
