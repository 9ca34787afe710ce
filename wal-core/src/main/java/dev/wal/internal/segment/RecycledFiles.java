// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.WalOptions;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of segments that a checkpoint released, on their way to become later ones. To
 * delete a large file, and to let the file system find space for another, takes long
 * enough to slow appends down.
 * <p>
 * A file is taken out of the log by a name that recovery deletes, is filled with zeros
 * from its first byte to its last and forced, and only then becomes a segment again, by
 * the same steps as a new file. So nothing of its old life can be read in the new one, at
 * whatever step a crash happens. Thread-safe.
 */
public final class RecycledFiles {

	/** How many there may be; further ones are deleted. */
	private static final int MAX = 2;

	private static final Logger logger = LoggerFactory.getLogger(RecycledFiles.class);

	private final Storage storage;

	private final boolean enabled;

	private final long size;

	private final ReentrantLock lock = new ReentrantLock();

	/** Names of files with old content. Guarded by the lock. */
	private final Deque<String> used = new ArrayDeque<>();

	/** Files full of zeros. Guarded by the lock. */
	private final Deque<Blank> blanks = new ArrayDeque<>();

	/** The file that is being filled with zeros. Guarded by the lock. */
	private @Nullable Blank filling;

	/** The offset up to which that file is zero. Guarded by the lock. */
	private long filledTo;

	/** How many are on their way here, and wait for a force of the directory. */
	private int arriving;

	/** Guarded by the lock. */
	private boolean closed;

	/** Read without the lock, which is held while a file is filled. */
	private volatile int count;

	RecycledFiles(Storage storage, WalOptions options) {
		this.storage = storage;
		this.enabled = options.files().preallocate();
		this.size = options.files().segmentSize();
	}

	/**
	 * Take a segment out of the log. What becomes of it has to wait until the directory
	 * was forced.
	 * @return the name that the file has now, or {@code null} if it is not wanted
	 */
	public @Nullable String rename(Segment segment) throws IOException {
		this.lock.lock();
		try {
			if (!this.enabled || this.closed || this.count >= MAX) {
				return null;
			}
			String name = segment.name() + SegmentName.NEW;
			this.storage.rename(segment.name(), name);
			this.arriving++;
			return name;
		}
		finally {
			counted();
			this.lock.unlock();
		}
	}

	/**
	 * Use a file that was taken out of the log, durably.
	 */
	public void add(String name) {
		this.lock.lock();
		try {
			this.arriving--;
			this.used.add(name);
		}
		finally {
			counted();
			this.lock.unlock();
		}
	}

	private void counted() {
		this.count = this.arriving + this.used.size() + this.blanks.size() + ((this.filling != null) ? 1 : 0);
	}

	/**
	 * Return the space that the files take, or will once they are filled.
	 */
	long bytes() {
		return this.count * this.size;
	}

	/**
	 * Fill files with zeros, a step at a time.
	 * @return whether there may be more to do
	 */
	boolean fill() {
		this.lock.lock();
		try {
			if (this.closed || (this.filling == null && this.used.isEmpty())) {
				return false;
			}
			try {
				fillStep();
			}
			catch (IOException ex) {
				// The log does not depend on it.
				logger.debug("Could not use the file of a released segment again", ex);
				discard();
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void fillStep() throws IOException {
		Blank current = this.filling;
		if (current == null) {
			String name = this.used.remove();
			current = new Blank(name, this.storage.open(name));
			this.filling = current;
			this.filledTo = 0;
			if (current.file().size() > this.size) {
				current.file().truncate(this.size);
			}
		}
		long end = Math.min(this.size, this.filledTo + ZeroFill.STEP);
		ZeroFill.write(current.file(), this.filledTo, end);
		current.file().force(end == this.size);
		this.filledTo = end;
		if (end == this.size) {
			this.filling = null;
			this.blanks.add(current);
		}
	}

	/**
	 * Return a file full of zeros, which is the caller's from now on, or {@code null}.
	 */
	@Nullable Blank poll() {
		this.lock.lock();
		try {
			return this.blanks.poll();
		}
		finally {
			counted();
			this.lock.unlock();
		}
	}

	/**
	 * Delete all files.
	 * @return whether there were any
	 */
	public boolean discard() {
		this.lock.lock();
		try {
			boolean any = this.filling != null || !this.blanks.isEmpty() || !this.used.isEmpty();
			closeFiles();
			this.used.forEach(this::delete);
			this.used.clear();
			return any;
		}
		finally {
			counted();
			this.lock.unlock();
		}
	}

	private void closeFiles() {
		if (this.filling != null) {
			this.blanks.add(this.filling);
			this.filling = null;
		}
		for (Blank blank : this.blanks) {
			close(blank.file());
			this.used.add(blank.name());
		}
		this.blanks.clear();
	}

	private void close(StorageFile file) {
		try {
			file.close();
		}
		catch (IOException ex) {
			logger.debug("Could not close a file that is not used any more", ex);
		}
	}

	private void delete(String name) {
		try {
			this.storage.delete(name);
		}
		catch (IOException ex) {
			// The next recovery does it.
			logger.debug("Could not delete {}", name, ex);
		}
	}

	/**
	 * Take no more files, and close those there are.
	 * @param delete whether to change anything on the disk
	 */
	void close(boolean delete) {
		this.lock.lock();
		try {
			this.closed = true;
			if (delete) {
				discard();
			}
			else {
				closeFiles();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A file that has nothing but zeros in it.
	 *
	 * @param name its name
	 * @param file the file, open
	 */
	record Blank(String name, StorageFile file) {
	}

}
