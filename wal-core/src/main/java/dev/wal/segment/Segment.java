package dev.wal.segment;

import dev.wal.Lsn;
import dev.wal.SegmentInfo;

/**
 * One segment of the log, as its readers know it. Its position moves only forward, and
 * only by the thread that owns the log's file at the moment.
 */
final class Segment {

	private final SegmentHeader header;

	private final String name;

	private volatile long firstLsn;

	private volatile long lastLsn;

	private volatile long readableEnd;

	private volatile long fileSize;

	private volatile boolean damaged;

	/**
	 * Create a segment.
	 * @param firstLsn the LSN of its first record, or the one that will be
	 * @param lastLsn the LSN of its last record, one less if there is none
	 * @param readableEnd where what may be read ends
	 * @param fileSize the size of the file
	 */
	Segment(SegmentHeader header, long firstLsn, long lastLsn, long readableEnd, long fileSize) {
		this.header = header;
		this.name = SegmentName.of(header.number());
		this.firstLsn = firstLsn;
		this.lastLsn = lastLsn;
		this.readableEnd = readableEnd;
		this.fileSize = fileSize;
	}

	SegmentHeader header() {
		return this.header;
	}

	long number() {
		return this.header.number();
	}

	String name() {
		return this.name;
	}

	long firstLsn() {
		return this.firstLsn;
	}

	long lastLsn() {
		return this.lastLsn;
	}

	boolean isEmpty() {
		return this.lastLsn < this.firstLsn;
	}

	/**
	 * Return the offset up to which everything is durable and may be read.
	 */
	long readableEnd() {
		return this.readableEnd;
	}

	long fileSize() {
		return this.fileSize;
	}

	boolean isDamaged() {
		return this.damaged;
	}

	void markDamaged() {
		this.damaged = true;
	}

	/**
	 * Give a segment that has no records yet its place in the log.
	 */
	void begin(long firstLsn) {
		this.firstLsn = firstLsn;
		this.lastLsn = firstLsn - 1;
	}

	void written(long lastLsn) {
		this.lastLsn = lastLsn;
	}

	void readable(long end) {
		this.readableEnd = end;
	}

	void resized(long fileSize) {
		this.fileSize = fileSize;
	}

	SegmentInfo info(boolean active) {
		return new SegmentInfo(this.name, number(), Lsn.of(this.firstLsn), Lsn.of(this.lastLsn), this.readableEnd,
				active);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
