// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import dev.wal.WalFormatVersionException;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * A file with the name of a segment, and what its beginning says once it was read.
 * Reading it is thread-safe; whoever called {@link #read} may look at the fields.
 */
public final class FoundSegment {

	public final long number;

	public long size;

	public @Nullable SegmentHeader header;

	public @Nullable StartBlock start;

	/** What is wrong with the header, as a phrase, or {@code null} if nothing is. */
	public @Nullable String problem;

	/** Whether there is nothing but zeros behind the header. */
	public boolean unused;

	/** Whether it is certain that blocks are missing. */
	public boolean incomplete;

	private final ReentrantLock reading = new ReentrantLock();

	private boolean read;

	private boolean sized;

	public FoundSegment(long number) {
		this.number = number;
	}

	/**
	 * Return the name, which is put together anew: of most segments nobody asks for it.
	 */
	public String name() {
		return SegmentName.of(this.number);
	}

	public SegmentHeader header() {
		return Objects.requireNonNull(this.header, "A segment with a start block has a header");
	}

	public StartBlock start() {
		return Objects.requireNonNull(this.start, "Only called for segments with a start block");
	}

	/**
	 * Return whether the file was read. Not thread-safe.
	 */
	public boolean isRead() {
		return this.read;
	}

	/**
	 * Read the header and the start block, and no more than that of a segment in use,
	 * unless that was done before.
	 * @throws WalFormatVersionException if a newer version wrote the segment
	 */
	public void read(Storage storage) throws IOException {
		this.reading.lock();
		try {
			if (!this.read) {
				readFile(storage);
				this.read = true;
			}
		}
		finally {
			this.reading.unlock();
		}
	}

	private void readFile(Storage storage) throws IOException {
		try (StorageFile file = storage.openForReading(name())) {
			this.size = file.size();
			this.header = readHeader(storage, file);
			this.start = (this.header != null) ? readStart(file, this.header) : null;
			if (this.start == null) {
				this.unused = isZero(file, this.size);
			}
		}
	}

	/**
	 * Return the size of the file, which is looked at once.
	 */
	public long size(Storage storage) throws IOException {
		this.reading.lock();
		try {
			if (!this.read && !this.sized) {
				try (StorageFile file = storage.openForReading(name())) {
					this.size = file.size();
				}
				this.sized = true;
			}
			return this.size;
		}
		finally {
			this.reading.unlock();
		}
	}

	/**
	 * Return why this cannot be the segment that another one follows, as a phrase, or
	 * {@code null} if it can.
	 */
	public @Nullable String problemBefore(StartBlock successor) {
		if (this.problem != null) {
			return this.problem;
		}
		if (this.unused) {
			return "the segment is empty";
		}
		if (this.start != null && this.start.firstLsn() > successor.lastLsnBefore() + 1) {
			return "the segment begins with LSN " + this.start.firstLsn()
					+ ", but its successor says that it ends with LSN " + successor.lastLsnBefore();
		}
		return null;
	}

	private @Nullable SegmentHeader readHeader(Storage storage, StorageFile file) throws IOException {
		ByteBuffer page = Format.directBuffer(Format.SEGMENT_HEADER_SIZE);
		int present = file.readFully(page, 0);
		page.clear();
		if (present < Format.SEGMENT_HEADER_SIZE) {
			this.problem = "the segment header is cut off after " + present + " bytes";
			return null;
		}
		SegmentHeader header = SegmentHeader.decode(page);
		if (header == null) {
			this.problem = "the segment header does not match its checksum";
			return null;
		}
		if (header.version() > Format.VERSION) {
			throw new WalFormatVersionException(storage.directory().resolve(name()), header.version(), Format.VERSION);
		}
		if (header.number() != this.number) {
			this.problem = "the file holds segment " + header.number() + ", it was renamed or copied";
			return null;
		}
		return header;
	}

	private static @Nullable StartBlock readStart(StorageFile file, SegmentHeader header) throws IOException {
		long limit = Math.min(file.size(), Format.SEGMENT_HEADER_SIZE + Format.START_BLOCK_SIZE);
		BlockReader reader = new BlockReader(file, header.salt(), limit);
		boolean started = reader.next() == BlockReader.Step.BLOCK && reader.header().kind == Format.KIND_START;
		StartBlock start = started ? StartBlock.decode(reader.header(), reader.body(), reader.bodyIndex()) : null;
		return (start != null && start.isPossible()) ? start : null;
	}

	private static boolean isZero(StorageFile file, long size) throws IOException {
		Checksum checksum = new Checksum();
		ByteBuffer chunk = Format.directBuffer(256 * 1024);
		for (long at = Format.SEGMENT_HEADER_SIZE; at < size; at += chunk.limit()) {
			chunk.clear();
			int read = file.readFully(chunk, at);
			if (read == 0) {
				return true;
			}
			chunk.clear().limit(read);
			if (!checksum.isZero(chunk, 0, read)) {
				return false;
			}
		}
		return true;
	}

}
