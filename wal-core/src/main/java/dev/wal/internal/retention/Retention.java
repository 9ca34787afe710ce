// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalIoException;
import dev.wal.WalOptions;
import dev.wal.WalPositionException;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.read.RecordCursor;
import dev.wal.internal.segment.CheckpointFile;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.RecycledFiles;
import dev.wal.internal.segment.Segment;
import dev.wal.internal.segment.SegmentFactory;
import dev.wal.internal.segment.SegmentList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the checkpoint and deletes segments: whole ones, at or below the checkpoint,
 * that no reader needs, oldest first, never the active one. Where there are limits, only
 * while one of them is exceeded. The files may be used again. Thread-safe.
 */
public final class Retention {

	private static final Logger logger = LoggerFactory.getLogger(Retention.class);

	private final Storage storage;

	private final SegmentList segments;

	private final RecycledFiles recycled;

	private final LogDirectory directory;

	private final UUID logId;

	private final Clock clock;

	private final AtomicLong deletedSegments;

	private final RetentionLimits limits;

	private final Set<RecordCursor> cursors = ConcurrentHashMap.newKeySet();

	/** Held while segments are deleted, and while a cursor finds its first one. */
	private final ReentrantLock lock = new ReentrantLock();

	private volatile long checkpointLsn;

	/** Whether the checkpoint was stored since the log was opened. */
	private boolean stored;

	/** Guarded by the lock. */
	private boolean closed;

	/** How many segments exceeded the limits at the last checkpoint and had to stay. */
	private volatile int excess;

	public Retention(SegmentList segments, SegmentFactory factory, UUID logId, WalOptions options, long checkpointLsn,
			AtomicLong deletedSegments) {
		this.storage = factory.directory().storage();
		this.segments = segments;
		this.recycled = factory.recycled();
		this.directory = factory.directory();
		this.logId = logId;
		this.clock = options.log().clock();
		this.limits = new RetentionLimits(this.storage, options.files().retention(), this.clock);
		this.checkpointLsn = checkpointLsn;
		this.deletedSegments = deletedSegments;
	}

	public long checkpointLsn() {
		return this.checkpointLsn;
	}

	/**
	 * Return how many segments exceed the limits and are kept because they are needed.
	 */
	public int excess() {
		return this.excess;
	}

	public int cursorCount() {
		return this.cursors.size();
	}

	/**
	 * Open a cursor, which keeps the segments that it has not read from being deleted.
	 * @param from the LSN of the first record
	 * @param writtenLsn the last LSN of the log
	 * @throws WalPositionException if there is no such record, nor will it be the next
	 */
	public RecordCursor open(Lsn from, long writtenLsn, boolean skipDamage) {
		this.lock.lock();
		try {
			this.segments.checkReadable(from, writtenLsn);
			RecordCursor cursor = new RecordCursor(this.storage, this.segments, from.value(), skipDamage);
			this.cursors.add(cursor);
			return cursor;
		}
		finally {
			this.lock.unlock();
		}
	}

	public void close(RecordCursor cursor) {
		this.cursors.remove(cursor);
		cursor.close();
	}

	/**
	 * Store a checkpoint, and then delete what it releases.
	 * @param keepHistory whether released segments stay while no limit is exceeded
	 * @return the number of segments deleted
	 */
	public int checkpoint(Lsn lsn, long durableLsn, boolean keepHistory) {
		if (lsn.value() < 0 || lsn.value() > durableLsn) {
			throw new WalPositionException(lsn, Lsn.of(durableLsn),
					"cannot be a checkpoint: only records up to LSN " + durableLsn + " are durable");
		}
		this.lock.lock();
		try {
			if (this.closed) {
				throw new WalClosedException("The log in " + this.storage.directory() + " is closed.");
			}
			boolean higher = lsn.value() > this.checkpointLsn;
			if (higher) {
				store(lsn);
			}
			int deleted = deleteReleased(keepHistory && this.limits.isLimited());
			reportExcess();
			if (higher && deleted == 0) {
				logger.debug("Checkpoint at LSN {} deleted no segment", lsn);
			}
			return deleted;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Change nothing in the directory from now on. Waits for a checkpoint that is
	 * running.
	 */
	public void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void store(Lsn lsn) {
		this.directory.nameLock().lock();
		try {
			new CheckpointFile(this.logId, lsn.value(), Format.nanos(this.clock.instant())).write(this.storage);
		}
		catch (IOException ex) {
			throw new WalIoException("store the checkpoint in", this.storage.directory(), ex);
		}
		finally {
			this.directory.nameLock().unlock();
		}
		this.checkpointLsn = lsn.value();
		this.stored = true;
	}

	private int deleteReleased(boolean keepHistory) {
		int deleted = 0;
		int wanted = keepHistory ? excessNow() : Integer.MAX_VALUE;
		long needed = Long.MAX_VALUE;
		for (RecordCursor cursor : this.cursors) {
			needed = Math.min(needed, cursor.neededSegment());
		}
		while (deleted < wanted) {
			Segment first = this.segments.first();
			Segment next = this.segments.after(first);
			// Until the start block of the next segment is durable, the next LSN is
			// known from this one alone.
			boolean released = next != null && next.readableEnd() > Format.SEGMENT_HEADER_SIZE
					&& first.lastLsn() <= this.checkpointLsn && first.number() < needed;
			if (!released) {
				break;
			}
			if (!this.stored) {
				// The one that was read at open may be in the page cache only.
				store(Lsn.of(this.checkpointLsn));
			}
			delete(first);
			deleted++;
		}
		if (deleted > 0) {
			logger.info("Checkpoint at LSN {} deleted {} segment(s), the oldest is now {}", Lsn.of(this.checkpointLsn),
					deleted, this.segments.first());
		}
		return deleted;
	}

	private int excessNow() {
		try {
			return this.limits.excess(this.segments.all());
		}
		catch (IOException ex) {
			throw new WalIoException("read the age of segments in", this.storage.directory(), ex);
		}
	}

	/**
	 * Log once that the limits cannot be met, and again after they were met.
	 */
	private void reportExcess() {
		int before = this.excess;
		int now = this.limits.isLimited() ? excessNow() : 0;
		this.excess = now;
		if (now > 0 && before == 0) {
			logger.warn(
					"The log in {} exceeds its retention limits by {} segment(s), which hold records above the"
							+ " checkpoint (LSN {}) or are in use by a reader",
					this.storage.directory(), now, Lsn.of(this.checkpointLsn));
		}
	}

	private void delete(Segment segment) {
		this.directory.nameLock().lock();
		try {
			deleteDurably(segment);
		}
		finally {
			this.directory.nameLock().unlock();
		}
	}

	private void deleteDurably(Segment segment) {
		Path file = this.storage.directory().resolve(segment.name());
		String recycledAs = null;
		try {
			if (segment.isDamaged()) {
				this.directory.moveAside(segment.name());
			}
			else {
				recycledAs = this.recycled.rename(segment);
				if (recycledAs == null) {
					this.storage.delete(segment.name());
				}
			}
		}
		catch (IOException ex) {
			throw new WalIoException("delete", file, ex);
		}
		this.segments.removeFirst(segment);
		this.deletedSegments.incrementAndGet();
		try {
			// One after the other: a crash leaves no hole in the middle.
			this.storage.force();
		}
		catch (IOException ex) {
			throw new WalIoException("force the directory after deleting", file, ex);
		}
		if (recycledAs != null) {
			this.recycled.add(recycledAs);
		}
	}

}
