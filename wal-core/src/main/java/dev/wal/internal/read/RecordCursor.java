// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.read;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalCompressionException;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalIoException;
import dev.wal.WalPositionException;
import dev.wal.WalRecord;
import dev.wal.WalRecordVisitor;
import dev.wal.internal.format.BlockCodec;
import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.BlockInflater;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.BlockReader;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of a log, from segment to segment. Not thread-safe.
 */
public final class RecordCursor implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(RecordCursor.class);

	private final Storage storage;

	private final SegmentList segments;

	private final boolean skipDamage;

	private long position;

	private volatile @Nullable Segment segment;

	private @Nullable BlockReader reader;

	/** Held while a block is read: the cursor is not closed or moved at the same time. */
	private final ReentrantLock reading = new ReentrantLock();

	/** Whether there was nothing to read when the cursor was last asked. */
	private volatile boolean waiting;

	/** Holds the body of the current block. */
	private ByteBuffer body = Format.buffer(0);

	private final BlockInflater inflater = new BlockInflater();

	/** What visitors see of the body. */
	private ByteBuffer view = Format.buffer(0);

	/** What {@link #view} is a view of. */
	private @Nullable ByteBuffer viewed;

	/** The number of records in the current block that are left. */
	private int remaining;

	/** Where the next record begins in the body. */
	private int offset;

	/** Where the body ends. */
	private int end;

	/** Where the payload of the current record begins in the body. */
	private int start;

	private int length;

	private int type;

	private long timestamp;

	/** The LSN after the current block. */
	private long blockNextLsn;

	/**
	 * Whether the way to the position went by block headers alone. What looks like one
	 * may be a copy in somebody's payload.
	 */
	private boolean shortcut;

	/** Whether every block of the segment so far was read, and none was damaged. */
	private boolean whole;

	/**
	 * Create a cursor.
	 * @param position the LSN of the first record
	 * @param skipDamage whether to continue after what cannot be read
	 */
	public RecordCursor(Storage storage, SegmentList segments, long position, boolean skipDamage) {
		this.storage = storage;
		this.segments = segments;
		this.position = position;
		this.skipDamage = skipDamage;
		this.segment = segments.all().isEmpty() ? null : segments.find(position);
	}

	/**
	 * Return the LSN of the next record. What another thread is told may be out of date.
	 */
	public long position() {
		return this.position;
	}

	/**
	 * Return the number of the oldest segment that this cursor still needs. May be called
	 * by any thread. A cursor that waits and has read all of a segment leaves it, if the
	 * log has gone on to another.
	 */
	public long neededSegment() {
		if (this.waiting && this.reading.tryLock()) {
			try {
				leaveIfRead();
			}
			finally {
				this.reading.unlock();
			}
		}
		Segment segment = this.segment;
		return (segment != null) ? segment.number() : Long.MAX_VALUE;
	}

	private void leaveIfRead() {
		Segment segment = this.segment;
		Segment next = (segment != null) ? this.segments.after(segment) : null;
		if (segment == null || next == null || !this.waiting) {
			return;
		}
		try {
			if (this.position == segment.lastLsn() + 1 && this.position == next.firstLsn()) {
				leave(this.reader, next);
			}
		}
		catch (IOException | WalException ex) {
			logger.debug("Could not leave {}", segment, ex);
		}
	}

	/**
	 * Return the next record.
	 * @param bound the highest LSN that may be read
	 * @return the record, or {@code null} if the next one is above the bound
	 * @throws WalCorruptedException if the next record is damaged
	 * @throws WalIoException if it cannot be read
	 */
	@Nullable WalRecord next(long bound) {
		while (enterBlock(bound)) {
			if (advance()) {
				// Of its own: a small record that is kept does not keep its block.
				byte[] payload = new byte[this.length];
				this.body.get(this.start, payload);
				return new WalRecord(this.position - 1, this.type, this.timestamp, ByteBuffer.wrap(payload));
			}
		}
		return null;
	}

	/**
	 * Show the records of one block that are left.
	 * @param bound the highest LSN that may be read
	 * @return the number of records, 0 if the next one is above the bound
	 * @throws WalCorruptedException if the next record is damaged
	 * @throws WalIoException if it cannot be read
	 */
	int visitBlock(long bound, WalRecordVisitor visitor) {
		int visited = 0;
		while (visited == 0 && enterBlock(bound)) {
			// What the visitor does may close this cursor, or read on with it.
			while (this.remaining > 0 && this.position <= bound) {
				if (advance()) {
					ByteBuffer payload = view();
					payload.limit(this.start + this.length).position(this.start).order(ByteOrder.BIG_ENDIAN);
					visited++;
					visitor.visit(this.position - 1, this.type, this.timestamp, payload);
				}
			}
		}
		return visited;
	}

	@SuppressWarnings("ReferenceEquality") // Equal buffers are not the same memory.
	private ByteBuffer view() {
		if (this.viewed != this.body) {
			this.viewed = this.body;
			this.view = this.body.asReadOnlyBuffer();
		}
		return this.view;
	}

	/**
	 * Have a block with records that are left.
	 * @return whether the next one is not above the bound
	 */
	private boolean enterBlock(long bound) {
		if (this.remaining > 0 && this.position <= bound) {
			return true;
		}
		this.reading.lock();
		try {
			this.waiting = false;
			while (this.position <= bound) {
				if (this.remaining > 0) {
					return true;
				}
				Segment segment = this.segment;
				if (segment == null) {
					return false;
				}
				read(segment, bound);
			}
			this.waiting = true;
			return false;
		}
		finally {
			this.reading.unlock();
		}
	}

	private void read(Segment segment, long bound) {
		try {
			nextBlock(segment, bound);
		}
		catch (NoSuchFileException ex) {
			throw released(segment);
		}
		catch (IOException ex) {
			throw new WalIoException("read", this.storage.directory().resolve(segment.name()), ex);
		}
	}

	/**
	 * Go to the next record of the current block.
	 * @return whether it is the one at the position, and not one before; the position is
	 * then the next one
	 */
	private boolean advance() {
		int space = this.end - this.offset;
		int length = (space >= Format.RECORD_HEADER_SIZE) ? this.body.getInt(this.offset) : -1;
		if (length < 0 || length > space - Format.RECORD_HEADER_SIZE) {
			throw corrupted("a record is longer than its block");
		}
		this.type = this.body.get(this.offset + 4) & 0xFF;
		this.start = this.offset + Format.RECORD_HEADER_SIZE;
		this.length = length;
		this.offset = this.start + length;
		this.remaining--;
		long lsn = this.blockNextLsn - this.remaining - 1;
		if (lsn < this.position) {
			return false;
		}
		this.position = lsn + 1;
		return true;
	}

	/**
	 * Copy what is left of the body, for records to keep.
	 */
	private ByteBuffer inflate(BlockReader reader) {
		byte codec = reader.header().codec;
		try {
			ByteBuffer inflated = this.inflater.inflate(reader.header(), reader.body(), reader.bodyIndex());
			if (inflated == null) {
				throw corrupted("the body of a block cannot be decompressed");
			}
			return inflated;
		}
		catch (LinkageError ex) {
			Segment segment = this.segment;
			throw new WalCompressionException(this.storage.directory().resolve((segment != null) ? segment.name() : ""),
					reader.offset(), BlockCodec.library(codec), ex);
		}
	}

	private void nextBlock(Segment segment, long bound) throws IOException {
		BlockReader reader = this.reader;
		if (reader == null) {
			reader = openReader(segment);
			this.reader = reader;
			this.shortcut = this.position > segment.firstLsn() && reader.find(this.position);
			this.whole = !this.shortcut;
		}
		switch (reader.next()) {
			case BLOCK -> enter(reader);
			case END -> {
				if (!goOn(segment, reader)) {
					damaged(segment, reader, bound, "there is nothing");
				}
			}
			case BAD, UNKNOWN -> damaged(segment, reader, bound, reader.problem());
		}
	}

	private BlockReader openReader(Segment segment) throws IOException {
		return new BlockReader(this.storage.openForReading(segment.name()), segment.header().salt(),
				segment.readableEnd());
	}

	private void enter(BlockReader reader) {
		BlockHeader header = reader.header();
		if (header.kind != Format.KIND_DATA || header.nextLsn() <= this.position) {
			return;
		}
		if (header.firstLsn > this.position && startOver(reader)) {
			return;
		}
		if (header.firstLsn > this.position) {
			if (!this.skipDamage) {
				throw corrupted("a block begins with LSN " + header.firstLsn);
			}
			this.whole = false;
		}
		if (header.codec == Format.CODEC_NONE) {
			this.body = reader.body();
			this.offset = reader.bodyIndex();
		}
		else {
			this.body = inflate(reader);
			this.offset = 0;
		}
		this.end = this.offset + header.decodedLength;
		this.remaining = header.count;
		this.timestamp = header.timestamp;
		this.blockNextLsn = header.nextLsn();
		this.position = Math.max(this.position, header.firstLsn);
	}

	/**
	 * Continue where the readable part of a segment ended.
	 * @return whether there is more to read
	 */
	private boolean goOn(Segment segment, BlockReader reader) throws IOException {
		// In this order: a segment that has a successor does not grow.
		Segment next = this.segments.after(segment);
		if (segment.readableEnd() > reader.limit()) {
			reader.extend(segment.readableEnd());
			return true;
		}
		if (next == null || reader.offset() < reader.limit()) {
			return false;
		}
		if (this.position <= segment.lastLsn()) {
			return false;
		}
		if (this.whole) {
			segment.markSound();
		}
		leave(reader, next);
		// A recovery that gave up records is the only reason for a gap between segments,
		// and the start block of the second one says so.
		this.position = Math.max(this.position, next.firstLsn());
		return true;
	}

	private void leave(@Nullable BlockReader reader, Segment next) throws IOException {
		this.reader = null;
		this.segment = next;
		if (reader != null) {
			reader.close();
		}
	}

	/**
	 * Start again at the first block of the segment, and verify every block, unless that
	 * was done.
	 */
	private boolean startOver(BlockReader reader) {
		if (!this.shortcut) {
			return false;
		}
		this.shortcut = false;
		this.whole = true;
		reader.seek(Format.SEGMENT_HEADER_SIZE);
		return true;
	}

	private void damaged(Segment segment, BlockReader reader, long bound, String problem) throws IOException {
		if (startOver(reader)) {
			return;
		}
		if (!this.skipDamage) {
			throw corrupted(problem);
		}
		long resume = reader.findBlock(reader.offset() + 1, this.position);
		// Only now: the file may have been used again while it was searched.
		if (isGone(segment)) {
			throw released(segment);
		}
		segment.markDamaged();
		this.whole = false;
		if (resume >= 0) {
			reader.seek(resume);
			return;
		}
		Segment next = this.segments.after(segment);
		if (next == null) {
			// Nothing up to the bound can be read. What is appended later can.
			reader.seek(reader.limit());
			this.position = bound + 1;
			return;
		}
		leave(reader, next);
		this.position = Math.max(this.position, next.firstLsn());
	}

	private WalPositionException released(Segment segment) {
		return new WalPositionException(Lsn.of(this.position), Lsn.of(this.segments.first().firstLsn()),
				"is no longer in the log: a checkpoint deleted " + segment);
	}

	/**
	 * Return whether a segment is known to have been deleted. Its file may still be open
	 * here while the holder of the log uses it again and overwrites it.
	 */
	private boolean isGone(Segment segment) {
		try {
			// The list tells a file that is gone from one that cannot be asked for.
			return !this.storage.contains(segment.name()) && !this.storage.list().contains(segment.name());
		}
		catch (IOException ex) {
			return false;
		}
	}

	private WalException corrupted(String problem) {
		Segment segment = this.segment;
		BlockReader reader = this.reader;
		String name = "";
		if (segment != null) {
			if (isGone(segment)) {
				return released(segment);
			}
			name = segment.name();
			segment.markDamaged();
		}
		return new WalCorruptedException(this.storage.directory().resolve(name), (reader != null) ? reader.offset() : 0,
				new LsnRange(Lsn.of(this.position), Lsn.of(this.position)),
				problem + ", where LSN " + this.position + " is due");
	}

	@Override
	public void close() {
		this.reading.lock();
		try {
			this.segment = null;
			this.remaining = 0;
			this.body = Format.buffer(0);
			this.inflater.close();
			BlockReader reader = this.reader;
			this.reader = null;
			if (reader != null) {
				reader.close();
			}
		}
		catch (IOException ex) {
			throw new WalIoException("close a segment of", this.storage.directory(), ex);
		}
		finally {
			this.reading.unlock();
		}
	}

}
