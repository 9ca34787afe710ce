// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.SegmentName;

/**
 * A directory in memory. Can stop working after a number of changes, as a process that is
 * killed does, and be copied at any moment.
 */
public final class BytesStorage implements Storage {

	private final Map<String, Content> files = new TreeMap<>();

	private int changes;

	private int changesLeft = Integer.MAX_VALUE;

	private final Set<String> opened = new TreeSet<>();

	private long bytesRead;

	private int forces;

	private boolean locked;

	private LongConsumer beforeRead = (position) -> {
	};

	public BytesStorage() {
	}

	public BytesStorage(Map<String, byte[]> files) {
		files.forEach(this::put);
	}

	/**
	 * Set the content of a file, also under those who have it open.
	 */
	public synchronized void put(String name, byte[] bytes) {
		this.files.computeIfAbsent(name, (key) -> new Content()).bytes = bytes.clone();
	}

	/**
	 * Return a copy of all files but the lock.
	 */
	public synchronized Map<String, byte[]> files() {
		Map<String, byte[]> copy = new TreeMap<>();
		this.files.forEach((name, content) -> copy.put(name, content.bytes.clone()));
		copy.remove(SegmentName.LOCK);
		return copy;
	}

	/**
	 * Return how often anything was changed.
	 */
	public synchronized int changes() {
		return this.changes;
	}

	/**
	 * Return the names of the files that were opened for reading.
	 */
	public synchronized Set<String> opened() {
		return Set.copyOf(this.opened);
	}

	/**
	 * Return how many bytes of all files were read.
	 */
	public synchronized long bytesRead() {
		return this.bytesRead;
	}

	/**
	 * Return how often the directory was forced.
	 */
	public synchronized int forces() {
		return this.forces;
	}

	/**
	 * Stop working after a number of changes.
	 */
	public synchronized void crashAfter(int changes) {
		this.changesLeft = changes;
	}

	/**
	 * Have something done before each read, which is told its position.
	 */
	public synchronized void beforeRead(LongConsumer action) {
		this.beforeRead = action;
	}

	private synchronized void change() throws IOException {
		if (this.changesLeft == 0) {
			throw new IOException("killed");
		}
		this.changesLeft--;
		this.changes++;
	}

	private synchronized Content content(String name) throws NoSuchFileException {
		Content content = this.files.get(name);
		if (content == null) {
			throw new NoSuchFileException(name);
		}
		return content;
	}

	@Override
	public Path directory() {
		return Path.of("memory");
	}

	@Override
	public boolean exists() {
		return true;
	}

	@Override
	public void create() {
		// It exists.
	}

	@Override
	public synchronized boolean contains(String name) {
		return this.files.containsKey(name);
	}

	@Override
	public synchronized List<String> list() {
		return new ArrayList<>(this.files.keySet());
	}

	@Override
	public synchronized StorageFile create(String name) throws IOException {
		change();
		put(name, new byte[0]);
		return new Open(content(name), true);
	}

	@Override
	public synchronized StorageFile open(String name) throws IOException {
		return new Open(content(name), true);
	}

	@Override
	public synchronized StorageFile openForReading(String name) throws IOException {
		this.opened.add(name);
		return new Open(content(name), false);
	}

	@Override
	public synchronized void rename(String from, String to) throws IOException {
		Content content = content(from);
		change();
		this.files.remove(from);
		this.files.put(to, content);
	}

	@Override
	public synchronized void delete(String name) throws IOException {
		content(name);
		change();
		this.files.remove(name);
	}

	@Override
	public synchronized void force() {
		// Whatever is here lasts.
		this.forces++;
	}

	@Override
	public synchronized DirectoryLock lock(String name) {
		if (this.locked) {
			throw new IllegalStateException("locked");
		}
		this.locked = true;
		return new FakeLock(() -> {
		}, this::unlock);
	}

	private synchronized void unlock() {
		this.locked = false;
	}

	@Override
	public String fileKey(String name) {
		return name;
	}

	@Override
	public long usableSpace() {
		return -1;
	}

	@Override
	public synchronized void deleteAll(Predicate<String> belongs) {
		this.files.keySet().removeIf(belongs);
	}

	/**
	 * The bytes of one file.
	 */
	private static final class Content {

		private byte[] bytes = new byte[0];

	}

	/**
	 * An open file.
	 */
	private final class Open implements StorageFile {

		private final Content content;

		private final boolean writable;

		Open(Content content, boolean writable) {
			this.content = content;
			this.writable = writable;
		}

		private void checkedChange() throws IOException {
			if (!this.writable) {
				throw new IOException("Opened for reading");
			}
			change();
		}

		@Override
		public int read(ByteBuffer target, long position) {
			synchronized (BytesStorage.this) {
				BytesStorage.this.beforeRead.accept(position);
				long count = Math.min(target.remaining(), this.content.bytes.length - position);
				if (count <= 0) {
					return target.hasRemaining() ? -1 : 0;
				}
				target.put(this.content.bytes, (int) position, (int) count);
				BytesStorage.this.bytesRead += count;
				return (int) count;
			}
		}

		@Override
		public int write(ByteBuffer source, long position) throws IOException {
			synchronized (BytesStorage.this) {
				checkedChange();
				int count = source.remaining();
				int end = (int) position + count;
				if (end > this.content.bytes.length) {
					this.content.bytes = Arrays.copyOf(this.content.bytes, end);
				}
				source.get(this.content.bytes, (int) position, count);
				return count;
			}
		}

		@Override
		public void force(boolean metadata) {
			// Whatever is here lasts.
		}

		@Override
		public long size() {
			synchronized (BytesStorage.this) {
				return this.content.bytes.length;
			}
		}

		@Override
		public void truncate(long size) throws IOException {
			synchronized (BytesStorage.this) {
				checkedChange();
				if (size < this.content.bytes.length) {
					this.content.bytes = Arrays.copyOf(this.content.bytes, (int) size);
				}
			}
		}

		@Override
		public void close() {
			// Nothing is held.
		}

	}

}
