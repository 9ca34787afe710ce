// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.wal.WalOptions;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFullException;
import dev.wal.internal.thread.Breach;
import dev.wal.internal.thread.LogThread;
import dev.wal.internal.thread.SureLock;
import dev.wal.internal.thread.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does in the background what appends should not have to wait for: fills the active
 * segment and the next one with zeros, creates the next one, prepares the files of
 * deleted segments for their next use, and truncates the unused end of a segment after a
 * rotation.
 */
public final class Preallocator implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Preallocator.class);

	/** How far ahead of the last block the active segment is filled. */
	private static final long AHEAD = 8L << 20;

	/**
	 * How often at least, in bytes appended, to look whether there is something to do.
	 */
	private static final long STEP = 1L << 20;

	private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final long step;

	private final Storage storage;

	private final SegmentFactory factory;

	private final WalOptions options;

	private final LogThread thread;

	private final LeftSegments left = new LeftSegments();

	private final SureLock spareLock = new SureLock();

	/** Changed under the lock. */
	private volatile @Nullable SegmentWriter spare;

	private volatile SegmentWriter active;

	private volatile @Nullable Consumer<Boolean> onRecovery;

	private volatile @Nullable Consumer<Throwable> onFailure;

	/** Written by the thread that appends. */
	private volatile long nextLook;

	/** Whether the next segment could not be created when it was last tried. */
	private volatile boolean missing;

	private boolean complained;

	private final Breach logging = new Breach("The logging system");

	private volatile boolean stopped;

	public Preallocator(Storage storage, WalOptions options, RecoveredLog recovered, LogThread thread) {
		this.step = (options.files().segmentSize() > 0) ? Math.min(STEP, options.files().segmentSize() / 8) : STEP;
		this.storage = storage;
		this.factory = recovered.factory();
		this.options = options;
		this.active = recovered.active();
		this.spare = recovered.spare();
		this.thread = thread;
	}

	/**
	 * Start.
	 * @param onRecovery is told when there is a next segment, and whether there is space
	 * where there was none
	 * @param onFailure is told of a failure that the log must not survive
	 */
	public void start(Consumer<Boolean> onRecovery, Consumer<Throwable> onFailure) {
		this.onRecovery = onRecovery;
		this.onFailure = onFailure;
		this.thread.run(this);
	}

	/**
	 * Something was appended to a segment.
	 */
	public void appended(SegmentWriter writer) {
		long position = writer.position();
		if (position >= this.nextLook) {
			this.nextLook = position + this.step;
			this.thread.wake();
		}
	}

	/**
	 * Return the segment that comes next. It stays the next one until
	 * {@link #rotated(SegmentWriter, SegmentWriter)} says that it was taken.
	 * @param before the active segment
	 * @throws StorageFullException if there is no space for one
	 * @throws SegmentCreationException if it cannot be created otherwise
	 * @throws DirectoryForceException if the log has to fail
	 */
	public SegmentWriter next(Segment before) throws IOException {
		this.spareLock.lock();
		try {
			SegmentWriter next = this.spare;
			if (next != null && next.isBroken()) {
				// Another file takes its name.
				this.spare = null;
				next.close();
				next = null;
			}
			if (next == null) {
				this.missing = true;
				next = this.factory.create(before.number() + 1, before.header());
				this.spare = next;
				this.missing = false;
			}
			return next;
		}
		catch (StorageFullException | DirectoryForceException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw new SegmentCreationException(ex);
		}
		finally {
			this.spareLock.unlock();
		}
	}

	/**
	 * Return the size of the files that are kept for later segments. Takes no lock.
	 */
	public long preparedBytes() {
		SegmentWriter next = this.spare;
		return this.factory.recycled().bytes() + ((next != null) ? next.segment().fileSize() : 0);
	}

	/**
	 * The log was rotated to the next segment.
	 */
	public void rotated(SegmentWriter last, SegmentWriter next) {
		this.spareLock.lock();
		try {
			// Both at once: a thread that saw one without the other would take the active
			// segment for the next one, and create it again.
			this.spare = null;
			this.active = next;
		}
		finally {
			this.spareLock.unlock();
		}
		// Only now: what was left is closed, and what is active must not be.
		this.left.add(last);
		this.nextLook = 0;
		this.thread.wake();
	}

	@Override
	public void run() {
		while (!this.stopped) {
			boolean again;
			try {
				this.left.trimAndClose();
				again = prepare();
				recovered();
			}
			catch (OutOfMemoryError ex) {
				// Nothing was lost: a force that it interrupts leaves a broken file.
				complain(ex);
				LockSupport.parkNanos(this, RETRY_NANOS);
				continue;
			}
			catch (DirectoryForceException | RuntimeException | Error ex) {
				fail(ex);
				return;
			}
			catch (IOException ex) {
				if (ex instanceof StorageFullException && this.factory.recycled().discard()) {
					continue;
				}
				complain(ex);
				LockSupport.parkNanos(this, RETRY_NANOS);
				continue;
			}
			if (!again && this.left.isEmpty() && !this.stopped) {
				LockSupport.park(this);
				Thread.interrupted();
			}
		}
	}

	/**
	 * Take the next small step.
	 * @return whether there may be more to do
	 */
	private boolean prepare() throws IOException {
		SegmentWriter writer = this.active;
		try {
			if (!writer.fill(writer.position() + AHEAD)) {
				return true;
			}
		}
		catch (StorageFullException ex) {
			throw ex;
		}
		catch (IOException ex) {
			// The file that records go to is failing.
			fail(ex);
			return false;
		}
		if (this.factory.recycled().fill()) {
			return true;
		}
		if (this.missing) {
			// The append that needed it was rejected, which is complaint enough.
			this.complained = true;
		}
		else if (!needsNext(writer)) {
			return false;
		}
		SegmentWriter next;
		this.spareLock.lock();
		try {
			if (writer != this.active) {
				return true;
			}
			next = this.spare;
			if (next != null && next.isBroken()) {
				// Replaced by the thread that appends, and not here: it may be written to
				// already.
				return false;
			}
			next = next(writer.segment());
		}
		finally {
			this.spareLock.unlock();
		}
		return !next.fill(paced(writer.position()));
	}

	private boolean needsNext(SegmentWriter writer) {
		long size = this.options.files().segmentSize();
		return size > 0 && writer.position() >= size / 4;
	}

	/**
	 * Return the offset up to which the next segment is to be filled by now, which is all
	 * of it by the time that three quarters of the active one are used. Zeros share the
	 * disk and the processors with records, and disturb them least when they keep their
	 * pace.
	 */
	private long paced(long position) {
		long size = this.options.files().segmentSize();
		if (size <= 4 * ZeroFill.STEP || position >= size / 4 * 3) {
			return size;
		}
		// In whole steps: each is forced.
		return (position - size / 4) * 2 / ZeroFill.STEP * ZeroFill.STEP;
	}

	private void complain(Throwable ex) {
		if (!this.complained && !this.stopped) {
			this.complained = true;
			this.logging.guard(() -> logger.warn("Could not preallocate space in {}; retrying: {}",
					this.storage.directory(), ex.getMessage()));
		}
	}

	/**
	 * Space was prepared, or there was nothing to do.
	 */
	private void recovered() {
		boolean space = this.complained;
		this.complained = false;
		boolean next;
		this.spareLock.lock();
		try {
			next = this.spare != null;
		}
		finally {
			this.spareLock.unlock();
		}
		Consumer<Boolean> onRecovery = this.onRecovery;
		if ((space || next) && onRecovery != null) {
			onRecovery.accept(space);
		}
	}

	private void fail(Throwable ex) {
		Consumer<Throwable> onFailure = this.onFailure;
		if (onFailure != null && !this.stopped) {
			onFailure.accept(ex);
		}
		this.stopped = true;
	}

	/**
	 * Look at once whether there is something to do.
	 */
	public void wake() {
		this.thread.wake();
	}

	/**
	 * Start nothing in the background from now on: the log failed.
	 */
	public void halt() {
		this.stopped = true;
		this.thread.wake();
	}

	/**
	 * End the work in the background. What appends need is still done when they ask.
	 */
	public void stop() {
		halt();
		Threads.join(this.thread.thread());
	}

	/**
	 * Close all files, and delete the next segment if there is one.
	 * @param delete whether to change anything on the disk
	 */
	public void close(boolean delete) throws IOException {
		try {
			this.left.close(delete);
		}
		finally {
			try {
				this.factory.recycled().close(delete);
			}
			finally {
				closeSpare(delete);
			}
		}
	}

	private void closeSpare(boolean delete) throws IOException {
		SegmentWriter next = this.spare;
		if (next == null) {
			return;
		}
		try {
			next.close();
		}
		finally {
			if (delete) {
				this.storage.delete(next.segment().name());
				this.storage.force();
			}
		}
	}

}
