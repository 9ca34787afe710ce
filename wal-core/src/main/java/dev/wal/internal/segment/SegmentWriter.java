// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.io.StorageFullException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the blocks of one segment.
 * <p>
 * One thread at a time writes and one forces, which the log sees to. A third fills the
 * file with zeros ahead of them: a force after an overwrite has no file size to store and
 * no extent to allocate, which makes it cheaper, and a full disk shows there, where no
 * record is at stake.
 */
public final class SegmentWriter {

	private final Segment segment;

	private final StorageFile file;

	/** Zeros are written up to this offset at most; 0 to write none. */
	private final long preallocated;

	/**
	 * Held while the file grows, by zeros or by a block that overtook them. Fair: a
	 * thread that waits for one step of the growth does not wait for all of them.
	 */
	private final ReentrantLock growth = new ReentrantLock(true);

	private volatile long allocatedTo;

	private volatile long position;

	private @Nullable StartBlock pendingStart;

	/** Whether the thread that holds the growth lock forces the file. */
	private volatile boolean forcedByGrowth;

	/** Why a force failed: what had been written by then may be lost. */
	private volatile @Nullable Throwable broken;

	/** The next one of those that {@link Preallocator} has to close. */
	@Nullable SegmentWriter nextLeft;

	/**
	 * Create a writer.
	 * @param segment the segment
	 * @param file its file, open for writing
	 * @param position where the next block goes
	 * @param preallocated the size up to which the file is filled with zeros, 0 for not
	 * at all
	 */
	SegmentWriter(Segment segment, StorageFile file, long position, long preallocated) {
		this.segment = segment;
		this.file = file;
		this.position = position;
		this.preallocated = preallocated;
		this.allocatedTo = segment.fileSize();
		// What is in it was read when the log was opened; all else is written here.
		segment.markSound();
	}

	public Segment segment() {
		return this.segment;
	}

	public StorageFile file() {
		return this.file;
	}

	/**
	 * Return where the next block goes.
	 */
	public long position() {
		return this.position;
	}

	/**
	 * Return the start block that has to be written before any other, or {@code null} if
	 * it was.
	 */
	public @Nullable StartBlock pendingStart() {
		return this.pendingStart;
	}

	/**
	 * Give the segment its place in the log. Takes effect with the first write; until
	 * then it may be given another.
	 */
	public void startWith(StartBlock start) {
		this.pendingStart = start;
		this.segment.begin(start.firstLsn());
	}

	/**
	 * Write blocks at the end of the segment.
	 * @param blocks are written from the position to the limit
	 * @param lastLsn the LSN of the last record in them
	 * @throws StorageFullException if there is no space; the segment is as it was
	 * @throws IOException if the write failed; what is in the file is unknown
	 */
	public void write(ByteBuffer blocks, long lastLsn) throws IOException {
		long start = this.position;
		long end = start + blocks.remaining();
		if (end <= this.allocatedTo) {
			writeWithin(blocks, start);
		}
		else {
			writeBeyond(blocks, start, end);
		}
		this.position = end;
		this.pendingStart = null;
		this.segment.written(lastLsn);
	}

	private void writeWithin(ByteBuffer blocks, long start) throws IOException {
		try {
			this.file.writeFully(blocks, start);
		}
		catch (StorageFullException ex) {
			// Copy-on-write file systems need space even to overwrite.
			this.growth.lock();
			try {
				undo(start, ex);
			}
			finally {
				this.growth.unlock();
			}
		}
	}

	private void writeBeyond(ByteBuffer blocks, long start, long end) throws IOException {
		this.growth.lock();
		try {
			if (this.preallocated > 0) {
				// If there is no space, better that zeros find out than a block.
				long target = Math.max(end, Math.min(this.allocatedTo + 64 * 1024, this.preallocated));
				ZeroFill.write(this.file, this.allocatedTo, target);
				allocated(target);
			}
			try {
				this.file.writeFully(blocks, start);
			}
			catch (StorageFullException ex) {
				undo(start, ex);
			}
			allocated(Math.max(end, this.allocatedTo));
		}
		finally {
			this.growth.unlock();
		}
	}

	/**
	 * Remove a block that may have been written in part. Durable before anything else is
	 * written, since a later block may be shorter.
	 */
	private void undo(long start, StorageFullException full) throws IOException {
		try {
			this.file.truncate(start);
			forceGrowth(true);
			allocated(start);
		}
		catch (IOException ex) {
			ex.addSuppressed(full);
			throw new IOException(
					"Could not remove a partly written block after the disk filled up: " + ex.getMessage(), ex);
		}
		throw full;
	}

	/**
	 * Fill a part of the file with zeros.
	 * @param target the offset up to which zeros are wanted
	 * @return whether the target was reached
	 */
	boolean fill(long target) throws IOException {
		long bound = Math.min(target, this.preallocated);
		if (this.allocatedTo >= bound) {
			return true;
		}
		this.growth.lock();
		try {
			long end = Math.min(bound, this.allocatedTo + ZeroFill.STEP);
			if (end > this.allocatedTo) {
				ZeroFill.write(this.file, this.allocatedTo, end);
				forceGrowth(false);
				allocated(end);
			}
			return end >= bound;
		}
		finally {
			this.growth.unlock();
		}
	}

	private void allocated(long end) {
		this.allocatedTo = end;
		this.segment.resized(end);
	}

	/**
	 * Force the blocks written so far. The kernel tells only one of those who force a
	 * file that blocks were lost, so that a force which overlapped is waited for.
	 */
	public void force() throws IOException {
		checkNotBroken();
		forceFile(false);
		if (!this.forcedByGrowth) {
			checkNotBroken();
			return;
		}
		this.growth.lock();
		try {
			checkNotBroken();
		}
		finally {
			this.growth.unlock();
		}
	}

	/**
	 * Force the file while it grows or shrinks. Holds the growth lock.
	 */
	private void forceGrowth(boolean metadata) throws IOException {
		checkNotBroken();
		this.forcedByGrowth = true;
		try {
			forceFile(metadata);
		}
		finally {
			this.forcedByGrowth = false;
		}
	}

	private void forceFile(boolean metadata) throws IOException {
		try {
			this.file.force(metadata);
		}
		catch (StorageFullException ex) {
			// Found too late to refuse anything: what was written may be lost.
			IOException failure = new IOException("Could not force " + this.segment + ": " + ex.getMessage(), ex);
			this.broken = failure;
			throw failure;
		}
		catch (IOException ex) {
			this.broken = ex;
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			this.broken = ex;
			throw ex;
		}
	}

	private void checkNotBroken() throws IOException {
		Throwable reason = this.broken;
		if (reason != null) {
			throw new IOException("An earlier force of " + this.segment + " failed: " + reason.getMessage(), reason);
		}
	}

	/**
	 * Return whether a force failed, after which nothing in the file can be relied on.
	 */
	boolean isBroken() {
		return this.broken != null;
	}

	/**
	 * Truncate what was preallocated and not used, durably.
	 */
	public void trim() throws IOException {
		this.growth.lock();
		try {
			if (this.file.size() > this.position) {
				this.file.truncate(this.position);
				forceGrowth(true);
			}
			allocated(this.position);
		}
		finally {
			this.growth.unlock();
		}
	}

	public void close() throws IOException {
		this.file.close();
	}

}
