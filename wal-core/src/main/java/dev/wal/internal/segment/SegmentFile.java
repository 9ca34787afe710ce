// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.WalFormatVersionException;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * A file with the name of a segment, whose beginning is read when it is first needed, and
 * then kept. Thread-safe.
 */
public final class SegmentFile {

	private final Storage storage;

	private final long number;

	private final ReentrantLock reading = new ReentrantLock();

	private volatile @Nullable FoundSegment found;

	/** The size of a file that was not read, -1 if unknown. Guarded by the lock. */
	private long size = -1;

	public SegmentFile(Storage storage, long number) {
		this.storage = storage;
		this.number = number;
	}

	public long number() {
		return this.number;
	}

	/**
	 * Return what was read, or {@code null} if nobody has needed it yet.
	 */
	public @Nullable FoundSegment found() {
		return this.found;
	}

	/**
	 * Read the beginning of the file, unless that was done before.
	 * @throws WalFormatVersionException if a newer version wrote the segment
	 */
	public FoundSegment read() throws IOException {
		this.reading.lock();
		try {
			FoundSegment found = this.found;
			if (found == null) {
				found = FoundSegment.read(this.storage, this.number);
				this.found = found;
			}
			return found;
		}
		finally {
			this.reading.unlock();
		}
	}

	/**
	 * Return the size of the file, without reading what is in it.
	 */
	long size() throws IOException {
		this.reading.lock();
		try {
			FoundSegment found = this.found;
			if (found != null) {
				return found.size();
			}
			if (this.size < 0) {
				try (StorageFile file = this.storage.openForReading(SegmentName.of(this.number))) {
					this.size = file.size();
				}
			}
			return this.size;
		}
		finally {
			this.reading.unlock();
		}
	}

}
