// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a directory: a file lock against other processes, and an entry in the
 * system properties against other logs in this one, of any class loader.
 * <p>
 * The entry comes first, because merely closing a second descriptor of the lock file
 * would drop this process's file lock: POSIX ties the lock to the process, not to the
 * descriptor. For the same reason only processes that do not hold the lock read the file.
 */
final class DiskLock implements Closeable {

	/**
	 * Lock one byte far after the text, which others must be able to read on systems
	 * where locks are mandatory.
	 */
	private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

	private static final Logger logger = LoggerFactory.getLogger(DiskLock.class);

	private final String key;

	private final AsynchronousFileChannel channel;

	private boolean closed;

	private DiskLock(String key, AsynchronousFileChannel channel) {
		this.key = key;
		this.channel = channel;
	}

	/**
	 * Return who took the lock last, without taking it.
	 */
	static @Nullable String lastHolder(DiskStorage storage, Path file) throws IOException {
		Properties registry = System.getProperties();
		// Its monitor keeps acquire() out: a lock that it took now would be dropped when
		// the file is closed.
		synchronized (registry) {
			String holder = registry.getProperty(key(storage));
			if (holder != null) {
				return holder;
			}
			try (AsynchronousFileChannel channel = storage.openLockForReading(file)) {
				return readText(storage, channel);
			}
		}
	}

	private static String key(DiskStorage storage) throws IOException {
		return "dev.wal.lock:" + storage.directory().toRealPath();
	}

	static DiskLock acquire(DiskStorage storage, Path file, String holder) throws IOException {
		String key = key(storage);
		Properties registry = System.getProperties();
		Object other = registry.putIfAbsent(key, holder);
		if (other != null) {
			throw new StorageLockedException(other + ", in this process");
		}
		AsynchronousFileChannel channel = null;
		try {
			channel = storage.openLock(file);
			if (tryLock(channel) == null) {
				throw new StorageLockedException(readHolder(storage, channel));
			}
			writeHolder(storage, channel, holder);
			return new DiskLock(key, channel);
		}
		catch (IOException | RuntimeException ex) {
			registry.remove(key);
			if (channel != null) {
				channel.close();
			}
			throw ex;
		}
	}

	private static @Nullable FileLock tryLock(AsynchronousFileChannel channel) throws IOException {
		try {
			return channel.tryLock(LOCKED_BYTE, 1, false);
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	/**
	 * The text only helps a process that is refused: a full disk is no reason not to
	 * open.
	 */
	private static void writeHolder(DiskStorage storage, AsynchronousFileChannel channel, String holder)
			throws IOException {
		byte[] text = (holder + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
		try {
			channel.truncate(0);
			storage.file(channel).writeFully(ByteBuffer.wrap(text), 0);
		}
		catch (StorageFullException ex) {
			logger.debug("No space to name the holder of the lock", ex);
		}
	}

	private static String readHolder(DiskStorage storage, AsynchronousFileChannel channel) throws IOException {
		return Objects.requireNonNullElse(readText(storage, channel), "another process");
	}

	private static @Nullable String readText(DiskStorage storage, AsynchronousFileChannel channel) throws IOException {
		ByteBuffer text = ByteBuffer.allocate(1024);
		storage.file(channel).readFully(text, 0);
		String holder = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
		return holder.isEmpty() ? null : holder;
	}

	@Override
	public synchronized void close() throws IOException {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			this.channel.close();
		}
		finally {
			System.getProperties().remove(this.key);
		}
	}

}
