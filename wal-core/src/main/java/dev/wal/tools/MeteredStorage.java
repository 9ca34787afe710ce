// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.SegmentName;

/**
 * A directory that is only read, and that reports how much of it was read. Not
 * thread-safe.
 */
final class MeteredStorage implements Storage {

	private final Storage storage;

	private final VerificationProgress progress;

	private final long total;

	private long bytes;

	MeteredStorage(Storage storage, VerificationProgress progress) throws IOException {
		this.storage = storage;
		this.progress = progress;
		this.total = size(storage);
	}

	private static long size(Storage storage) throws IOException {
		long total = 0;
		for (String name : storage.list()) {
			if (SegmentName.parse(name).isPresent()) {
				try (StorageFile file = storage.openForReading(name)) {
					total += file.size();
				}
				catch (NoSuchFileException ex) {
					// Deleted since by a live writer.
				}
			}
		}
		return total;
	}

	@Override
	public Path directory() {
		return this.storage.directory();
	}

	@Override
	public boolean exists() throws IOException {
		return this.storage.exists();
	}

	@Override
	public boolean contains(String name) {
		return this.storage.contains(name);
	}

	@Override
	public List<String> list() throws IOException {
		return this.storage.list();
	}

	@Override
	public StorageFile openForReading(String name) throws IOException {
		return new MeteredFile(this.storage.openForReading(name));
	}

	@Override
	public long usableSpace() {
		return this.storage.usableSpace();
	}

	@Override
	public void create() {
		throw readOnly();
	}

	@Override
	public StorageFile create(String name) {
		throw readOnly();
	}

	@Override
	public StorageFile open(String name) {
		throw readOnly();
	}

	@Override
	public void rename(String from, String to) {
		throw readOnly();
	}

	@Override
	public void delete(String name) {
		throw readOnly();
	}

	@Override
	public void force() {
		throw readOnly();
	}

	@Override
	public DirectoryLock lock(String name) {
		throw readOnly();
	}

	@Override
	public void deleteAll(Predicate<String> belongs) {
		throw readOnly();
	}

	@Override
	public String fileKey(String name) throws IOException {
		return this.storage.fileKey(name);
	}

	private static UnsupportedOperationException readOnly() {
		return new UnsupportedOperationException("A verification changes nothing");
	}

	private final class MeteredFile implements StorageFile {

		private final StorageFile file;

		MeteredFile(StorageFile file) {
			this.file = file;
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			int count = this.file.read(target, position);
			if (count > 0) {
				MeteredStorage.this.bytes += count;
				MeteredStorage.this.progress.read(MeteredStorage.this.bytes, MeteredStorage.this.total);
			}
			return count;
		}

		@Override
		public int write(ByteBuffer source, long position) {
			throw readOnly();
		}

		@Override
		public void force(boolean metadata) {
			throw readOnly();
		}

		@Override
		public long size() throws IOException {
			return this.file.size();
		}

		@Override
		public void truncate(long size) {
			throw readOnly();
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
