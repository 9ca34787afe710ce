package dev.wal.segment;

import java.util.Objects;

import dev.wal.Lsn;
import dev.wal.SegmentInfo;
import dev.wal.WalCorruptedException;
import dev.wal.WalIoException;
import org.jspecify.annotations.Nullable;

/**
 * One segment of the log, as its readers know it. Its position moves only forward, and
 * only by the thread that owns the log's file at the moment.
 * <p>
 * Of an older segment that was not read yet, only the number and the name are known. To
 * ask for more may throw {@link WalCorruptedException} or {@link WalIoException}, then
 * and whenever it is asked for again.
 */
final class Segment {

	private final long number;

	private volatile @Nullable SegmentHeader header;

	private volatile long firstLsn;

	private volatile long lastLsn;

	private volatile long readableEnd;

	private volatile long fileSize;

	private volatile boolean damaged;

	/** Where the fields above come from, or {@code null} if they are set. */
	private volatile @Nullable UnreadSegment unread;

	/**
	 * Create a segment.
	 * @param firstLsn the LSN of its first record, or the one that will be
	 * @param lastLsn the LSN of its last record, one less if there is none
	 * @param readableEnd where what may be read ends
	 * @param fileSize the size of the file
	 */
	Segment(SegmentHeader header, long firstLsn, long lastLsn, long readableEnd, long fileSize) {
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
	Segment(UnreadSegment unread) {
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

	SegmentHeader header() {
		ensureRead();
		return Objects.requireNonNull(this.header);
	}

	long number() {
		return this.number;
	}

	String name() {
		return SegmentName.of(this.number);
	}

	long firstLsn() {
		ensureRead();
		return this.firstLsn;
	}

	long lastLsn() {
		ensureRead();
		return this.lastLsn;
	}

	boolean isEmpty() {
		return lastLsn() < firstLsn();
	}

	/**
	 * Return the offset up to which everything is durable and may be read.
	 */
	long readableEnd() {
		ensureRead();
		return this.readableEnd;
	}

	long fileSize() {
		UnreadSegment unread = this.unread;
		return (unread != null) ? unread.fileSize() : this.fileSize;
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
		return new SegmentInfo(name(), this.number, Lsn.of(firstLsn()), Lsn.of(lastLsn()), readableEnd(), active);
	}

	@Override
	public String toString() {
		return name();
	}

}
