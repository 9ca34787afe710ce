// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.WalDirectoryException;
import dev.wal.WalLegacyLayoutException;
import dev.wal.WalLockedException;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.MountedFileSystem;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.io.StorageLockedException;
import dev.wal.internal.io.StorageLocksUnsupportedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a log as a whole: who holds it, which names its side files get, and
 * who may change a name. Thread-safe.
 */
public final class LogDirectory {

	private static final Logger logger = LoggerFactory.getLogger(LogDirectory.class);

	private static final int COPY_CHUNK = 1 << 20;

	/**
	 * Why a directory without a log is refused where none may be created.
	 */
	public static final String NO_LOG = "there is no log in it, and 'create' is 'never'. If there was one before, its"
			+ " volume is not mounted or the path is wrong";

	/** How often a lock that is waited for is tried, in nanoseconds. */
	private static final long LOCK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long LOG_INTERVAL = TimeUnit.MINUTES.toNanos(1);

	private final Storage storage;

	/**
	 * Held from each change of a name to the force of the directory that makes it
	 * durable. The kernel reports a failed force once, to the thread whose call met it. A
	 * later force by another thread would succeed, although its change may be lost as
	 * well.
	 */
	private final ReentrantLock nameLock = new ReentrantLock();

	public LogDirectory(Storage storage) {
		this.storage = storage;
	}

	/**
	 * Return the file system of the directory, or {@code null} if the operating system
	 * does not tell.
	 */
	public @Nullable MountedFileSystem fileSystem() {
		try {
			return MountedFileSystem.of(path());
		}
		catch (IOException ex) {
			return null;
		}
	}

	public Storage storage() {
		return this.storage;
	}

	public Path path() {
		return this.storage.directory();
	}

	/**
	 * Return the lock that is held while names change.
	 */
	public ReentrantLock nameLock() {
		return this.nameLock;
	}

	/**
	 * Take the lock of the directory, which one process has at a time. No byte of the
	 * directory changes, but for an empty lock file if there is none.
	 * @param wait how long to wait for another holder to release it
	 * @return releases it
	 * @throws WalLockedException if another holder has it, or the calling thread was
	 * interrupted while it waited
	 * @throws WalDirectoryException if the lock file cannot be used
	 */
	public DirectoryLock lock(Duration wait) {
		long began = System.nanoTime();
		long logged = began - LOG_INTERVAL;
		while (true) {
			try {
				return tryLock();
			}
			catch (WalLockedException ex) {
				long now = System.nanoTime();
				if (now - began >= wait.toNanos() || Thread.currentThread().isInterrupted()) {
					throw ex;
				}
				if (now - logged >= LOG_INTERVAL) {
					logger.warn("Waiting up to {} s for the log in {}, which is locked by {}", wait.toSeconds(), path(),
							ex.holder());
					logged = now;
				}
				LockSupport.parkNanos(this, Math.min(LOCK_INTERVAL, wait.toNanos() - (now - began)));
			}
		}
	}

	private DirectoryLock tryLock() {
		try {
			return this.storage.lock(SegmentName.LOCK);
		}
		catch (StorageLockedException ex) {
			throw new WalLockedException(path(), ex.holder());
		}
		catch (StorageLocksUnsupportedException ex) {
			throw new WalDirectoryException(path(),
					"it cannot be locked, and without a lock two processes could write to one log. Network file systems "
							+ "without a lock service are not supported. Use a directory on a local file system. The "
							+ "file system says",
					ex);
		}
		catch (IOException ex) {
			throw new WalDirectoryException(path(), "its lock file cannot be used", ex);
		}
	}

	/**
	 * Refuse a path where no directory is.
	 * @throws WalDirectoryException in that case
	 */
	public void requireExists() {
		try {
			if (!this.storage.exists()) {
				throw new WalDirectoryException(path(), "it does not exist", null);
			}
		}
		catch (IOException ex) {
			throw new WalDirectoryException(path(), "it is not a directory", null);
		}
	}

	/**
	 * Refuse a directory that holds files of another kind of log.
	 * @throws WalLegacyLayoutException in that case
	 */
	public void checkLayout() throws IOException {
		List<String> names = this.storage.list();
		checkLayout(path(), names, names);
	}

	/**
	 * Refuse a directory that holds files of another kind of log.
	 * @param directory the directory
	 * @param names all names in it
	 * @param suspects those among them that are not the names of segments
	 * @throws WalLegacyLayoutException in that case
	 */
	public static void checkLayout(Path directory, List<String> names, List<String> suspects) {
		String foreign = null;
		for (String name : suspects) {
			if (SegmentName.legacyLayout(name) != null && (foreign == null || name.compareTo(foreign) < 0)) {
				foreign = name;
			}
		}
		if (foreign != null) {
			Path segment = names.stream()
				.filter((name) -> SegmentName.parse(name).isPresent())
				.min(Comparator.naturalOrder())
				.map(directory::resolve)
				.orElse(null);
			throw new WalLegacyLayoutException(directory.resolve(foreign),
					String.valueOf(SegmentName.legacyLayout(foreign)), segment);
		}
	}

	/**
	 * Make every change of a name durable.
	 * @throws DirectoryForceException if that failed; the log has to fail
	 */
	public void force() throws DirectoryForceException {
		try {
			this.storage.force();
		}
		catch (IOException ex) {
			throw new DirectoryForceException(ex);
		}
	}

	/**
	 * Rename a file that is no longer part of the log, and keep it. The directory is not
	 * forced.
	 */
	public void moveAside(String name) throws IOException {
		String target = freeName(name);
		logger.warn("Renaming {} to {}: it is no longer part of the log", name, target);
		this.storage.rename(name, target);
	}

	/**
	 * Copy a damaged file to a name of its own. The content is durable, the name is not
	 * yet.
	 * @return the name of the copy
	 */
	public String keepCopy(String name) throws IOException {
		String kept = freeName(name);
		try (StorageFile source = this.storage.openForReading(name); StorageFile target = this.storage.create(kept)) {
			copy(source, 0, source.size(), target, 0);
			target.force(true);
		}
		return kept;
	}

	private String freeName(String name) throws IOException {
		List<String> taken = this.storage.list();
		String target = name + SegmentName.DAMAGED;
		for (int i = 1; taken.contains(target); i++) {
			target = name + "." + i + SegmentName.DAMAGED;
		}
		return target;
	}

	/**
	 * Copy a part of a file, as much as there is of it.
	 */
	public static void copy(StorageFile source, long from, long to, StorageFile target, long at) throws IOException {
		ByteBuffer chunk = Format.buffer((int) Math.min(COPY_CHUNK, to - from));
		long offset = at;
		for (long position = from; position < to;) {
			chunk.clear().limit((int) Math.min(chunk.capacity(), to - position));
			int read = source.readFully(chunk, position);
			if (read == 0) {
				return;
			}
			chunk.flip();
			target.writeFully(chunk, offset);
			position += read;
			offset += read;
		}
	}

}
