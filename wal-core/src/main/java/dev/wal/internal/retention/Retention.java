// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

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

	/** How many segments are deleted before the directory is forced. */
	private static final int GROUP = 256;

	private final Storage storage;

	private final SegmentList segments;

	private final RecycledFiles recycled;

	private final LogDirectory directory;

	private final UUID logId;

	private final Clock clock;

	private final AtomicLong deletedSegments;

	private final ReleasedSegments released;

	private final RetentionLimits limits;

	/** The size of the files that are kept for later segments. */
	private final LongSupplier preparedBytes;

	private final OpenCursors cursors;

	/** Held during a checkpoint. */
	private final ReentrantLock checkpointing = new ReentrantLock();

	/**
	 * Held while segments are taken out of the list, and while a cursor finds its first
	 * one; never while files are read, deleted or forced.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	private volatile long checkpointLsn;

	/** Whether the checkpoint was stored since the log was opened. */
	private boolean stored;

	/** Ends a checkpoint before its next step. */
	private volatile boolean closing;

	/** Guarded by the lock of checkpoints. */
	private boolean closed;

	/** The number of the oldest segment if only a reader keeps it from being deleted. */
	private volatile long heldSegment = -1;

	/** How many segments exceeded the limits at the last checkpoint and had to stay. */
	private volatile int excess;

	public Retention(SegmentList segments, SegmentFactory factory, UUID logId, WalOptions options, long checkpointLsn,
			AtomicLong deletedSegments, LongSupplier preparedBytes) {
		this.storage = factory.directory().storage();
		this.segments = segments;
		this.recycled = factory.recycled();
		this.directory = factory.directory();
		this.logId = logId;
		this.clock = options.log().clock();
		this.cursors = new OpenCursors(this.clock);
		this.released = new ReleasedSegments(this.storage);
		this.limits = new RetentionLimits(this.storage, options.files().retention(), this.clock);
		this.checkpointLsn = checkpointLsn;
		this.deletedSegments = deletedSegments;
		this.preparedBytes = preparedBytes;
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
		return this.cursors.count();
	}

	/**
	 * Return how many readers keep released segments from being deleted and have not
	 * moved for a minute.
	 */
	public int stalledReaders() {
		return this.cursors.stalled(this.heldSegment);
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
	 * Store a checkpoint, and then delete what it releases. Neither appends nor those who
	 * open a reader wait for that.
	 * @param keepHistory whether released segments stay while no limit is exceeded
	 * @return the number of segments deleted
	 */
	public int checkpoint(Lsn lsn, long durableLsn, boolean keepHistory) {
		if (lsn.value() < 0 || lsn.value() > durableLsn) {
			throw new WalPositionException(lsn, Lsn.of(durableLsn),
					"cannot be a checkpoint: only records up to LSN " + durableLsn + " are durable");
		}
		this.checkpointing.lock();
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
			reportHeld();
			if (higher && deleted == 0) {
				logger.debug("Checkpoint at LSN {} deleted no segment", lsn);
			}
			return deleted;
		}
		finally {
			this.checkpointing.unlock();
		}
	}

	/**
	 * Change nothing in the directory from now on. Waits for a checkpoint that is
	 * running, which ends early.
	 */
	public void close() {
		this.closing = true;
		this.checkpointing.lock();
		try {
			this.closed = true;
		}
		finally {
			this.checkpointing.unlock();
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
		int wanted = keepHistory ? excessNow() : Integer.MAX_VALUE;
		if (wanted > 0 && !this.limits.allows(sizeOnDisk()) && this.recycled.discard()) {
			wanted = keepHistory ? excessNow() : wanted;
		}
		int deleted = 0;
		while (deleted < wanted && !this.closing) {
			int count = countReleased(Math.min(GROUP, wanted - deleted));
			if (count == 0) {
				break;
			}
			if (!this.stored) {
				// The one that was read at open may be in the page cache only.
				store(Lsn.of(this.checkpointLsn));
			}
			deleted += delete(count);
		}
		if (deleted > 0) {
			this.limits.forgetBelow(this.segments.first().number());
			logger.info("Checkpoint at LSN {} deleted {} segment(s), the oldest is now {}", Lsn.of(this.checkpointLsn),
					deleted, this.segments.first());
		}
		return deleted;
	}

	private long sizeOnDisk() {
		return this.segments.sizeOnDisk() + this.preparedBytes.getAsLong();
	}

	/**
	 * Count the oldest segments that may be deleted, and read those among them that
	 * nobody has read so far: a damaged one may hold what somebody still needs.
	 */
	private int countReleased(int most) {
		List<Segment> all = this.segments.all();
		long needed = this.cursors.neededSegment();
		int count = 0;
		while (count < Math.min(most, all.size() - 1) && all.get(count).number() < needed && !this.closing
				&& this.released.isReleased(all, count, this.checkpointLsn)) {
			this.released.readWhole(all.get(count));
			count++;
		}
		return count;
	}

	private int excessNow() {
		try {
			return this.limits.excess(this.segments.all(), this.preparedBytes.getAsLong());
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

	/**
	 * Find out whether the oldest segment would be gone but for a reader, and name those
	 * that seem to be forgotten.
	 */
	private void reportHeld() {
		List<Segment> all = this.segments.all();
		boolean wanted = !this.limits.isLimited() || this.excess > 0;
		boolean held = wanted && all.size() > 1 && this.released.isReleased(all, 0, this.checkpointLsn);
		this.heldSegment = held ? all.get(0).number() : -1;
		this.cursors.reportStalled(this.heldSegment);
	}

	/**
	 * Delete the oldest segments, in groups: a force of the directory takes as long for
	 * one name as for many. A crash leaves any of a group, which the next recovery
	 * deletes.
	 * @param count how many may be deleted, if no cursor has come to need them since
	 * @return how many were deleted
	 */
	private int delete(int count) {
		List<Segment> group;
		this.lock.lock();
		try {
			List<Segment> oldest = this.segments.all().subList(0, count);
			long needed = this.cursors.neededSegment();
			group = oldest.stream().filter((segment) -> segment.number() < needed).toList();
			this.segments.removeFirst(group.size());
		}
		finally {
			this.lock.unlock();
		}
		List<String> recycledAs = new ArrayList<>();
		int deleted = 0;
		WalIoException failure = null;
		try {
			for (Segment segment : group) {
				delete(segment, recycledAs);
				deleted++;
			}
		}
		catch (IOException ex) {
			failure = new WalIoException("delete", path(group.get(deleted)), ex);
			this.segments.putBack(group.subList(deleted, group.size()));
		}
		if (deleted > 0) {
			this.deletedSegments.addAndGet(deleted);
			force(group.get(deleted - 1));
			recycledAs.forEach(this.recycled::add);
		}
		if (failure != null) {
			throw failure;
		}
		return deleted;
	}

	private Path path(Segment segment) {
		return this.storage.directory().resolve(segment.name());
	}

	private void delete(Segment segment, List<String> recycledAs) throws IOException {
		try {
			if (segment.isDamaged()) {
				this.directory.moveAside(segment.name());
				return;
			}
			boolean again = this.limits.allows(sizeOnDisk() + segment.fileSize());
			String name = again ? this.recycled.rename(segment) : null;
			if (name != null) {
				recycledAs.add(name);
			}
			else {
				this.storage.delete(segment.name());
			}
		}
		catch (NoSuchFileException ex) {
			logger.warn("{} is not in {} any more. A checkpoint had released it, and nothing is missing; but leave it"
					+ " to the log to delete its files", segment, this.storage.directory());
		}
	}

	private void force(Segment last) {
		// Not during the deletions: a segment that is lost again is deleted again.
		this.directory.nameLock().lock();
		try {
			this.storage.force();
		}
		catch (IOException ex) {
			throw new WalIoException("force the directory after deleting", path(last), ex);
		}
		finally {
			this.directory.nameLock().unlock();
		}
	}

}
