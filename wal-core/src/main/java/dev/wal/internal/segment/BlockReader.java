// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

import dev.wal.internal.format.BlockHeader;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.DirectMemory;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of one segment, one after the other, and verifies each. Holds a window
 * of the file in memory that is no larger than it has to be for one block. Not
 * thread-safe.
 */
public final class BlockReader implements Closeable {

	private static final int WINDOW = 256 * 1024;

	/**
	 * A part of the file of this size is likely to contain a block header, unless blocks
	 * are large.
	 */
	private static final int PROBE = 64 * 1024;

	/**
	 * Records may contain this many zero bytes in a row; more of them are likely to be
	 * the unused end.
	 */
	private static final int SHORT_RUN = 512;

	/** Writers put blocks at multiples of this. */
	static final int ALIGNED = Long.BYTES;

	/** The step that finds blocks which are no longer where they were written. */
	static final int ANYWHERE = 1;

	private final StorageFile file;

	private final long salt;

	private final Checksum checksum = new Checksum();

	private final BlockHeader header = new BlockHeader();

	private ByteBuffer window = Format.buffer(0);

	private long windowStart;

	/** Nothing at or above this offset is read. */
	private long limit;

	private long offset;

	private long nextOffset = Format.SEGMENT_HEADER_SIZE;

	private long dirtyFrom;

	private long dirtyEnd;

	private @Nullable String problem;

	/**
	 * Create a reader of the blocks after the segment header.
	 * @param file is closed with the reader
	 */
	public BlockReader(StorageFile file, long salt, long limit) {
		this.file = file;
		this.salt = salt;
		this.limit = limit;
	}

	/**
	 * Go to the next block. After {@link Step#BLOCK}, {@link #header()} and
	 * {@link #body()} are those of a block whose every byte was verified.
	 */
	public Step next() throws IOException {
		this.offset = this.nextOffset;
		long available = this.limit - this.offset;
		int present = load(this.offset, Format.BLOCK_HEADER_SIZE);
		int index = (int) (this.offset - this.windowStart);
		if (present < Format.BLOCK_HEADER_SIZE) {
			return Format.isZero(this.window, index, index + present) ? Step.END
					: bad("a block header is cut off after " + present + " bytes");
		}
		if (!this.header.decode(this.window, index, this.salt, this.checksum)) {
			return Format.isZero(this.window, index, index + Format.BLOCK_HEADER_SIZE) ? Step.END
					: bad("there is no valid block header");
		}
		if (!this.header.isKnown()) {
			this.problem = "the block header is valid, but this version does not know its kind or codec";
			return Step.UNKNOWN;
		}
		int size = this.header.size();
		present = (size <= available) ? load(this.offset, size) : (int) available;
		if (present < size) {
			return bad("a block of " + size + " bytes is cut off after " + present);
		}
		int body = bodyIndex();
		if (this.header.bodyCrc != this.checksum.of(this.salt, this.window, body,
				body + size - Format.BLOCK_HEADER_SIZE)) {
			return bad("the body of a block does not match its checksum");
		}
		this.nextOffset = this.offset + size;
		return Step.BLOCK;
	}

	/**
	 * Go to the block that holds a record without reading all blocks before it, by the
	 * LSNs in block headers: halves the part of the file in question while it finds
	 * headers, then steps from one to the next.
	 * @return whether there is such a block header, with {@link #next()} to read that
	 * block; otherwise the next block is still the same one. The header may be a copy in
	 * a payload
	 */
	public boolean find(long lsn) throws IOException {
		long low = this.nextOffset;
		long high = this.limit;
		while (high - low > 2 * PROBE) {
			long middle = low + (high - low) / 2 & -8L;
			long found = firstHeader(middle);
			if (found >= 0 && this.header.firstLsn <= lsn) {
				low = found;
			}
			else {
				high = middle;
			}
		}
		while (isHeader(low, PROBE / 4) && this.header.firstLsn <= lsn) {
			if (this.header.nextLsn() > lsn) {
				this.nextOffset = low;
				return true;
			}
			low += this.header.size();
		}
		return false;
	}

	private long firstHeader(long from) throws IOException {
		for (long at = from; at < from + PROBE; at += 8) {
			if (load(at, Long.BYTES, PROBE) == Long.BYTES
					&& this.window.getInt((int) (at - this.windowStart)) == Format.BLOCK_MAGIC && isHeader(at, PROBE)) {
				return at;
			}
		}
		return -1;
	}

	private boolean isHeader(long at, int ahead) throws IOException {
		return load(at, Format.BLOCK_HEADER_SIZE, ahead) == Format.BLOCK_HEADER_SIZE
				&& this.header.decode(this.window, (int) (at - this.windowStart), this.salt, this.checksum)
				&& this.header.isKnown();
	}

	private Step bad(String problem) {
		this.problem = problem;
		return Step.BAD;
	}

	/**
	 * Find a header of a block that this version knows. What a valid header says is true
	 * at any place, since only this segment's writer knew the salt. Notes on the way
	 * where the last byte that is not zero ends.
	 * @param from where to begin
	 * @param step {@link #ALIGNED} for the places where a writer puts blocks, or
	 * {@link #ANYWHERE}
	 * @return where the header begins, with {@link #header()} for what it says, or -1
	 */
	long findHeader(long from, int step) throws IOException {
		long at = from;
		while (at < this.limit) {
			int present = load(at, Long.BYTES);
			int index = (int) (at - this.windowStart);
			if (present < Long.BYTES) {
				if (!Format.isZero(this.window, index, index + present)) {
					dirty(at, at + present);
				}
				return -1;
			}
			long word = this.window.getLong(index);
			if (word == 0) {
				at += Long.BYTES + zeros(index + Long.BYTES);
				continue;
			}
			dirty(at, at + Long.BYTES);
			if ((int) word == Format.BLOCK_MAGIC && isHeader(at, WINDOW)) {
				return at;
			}
			at += step;
		}
		return -1;
	}

	private void dirty(long from, long end) {
		this.dirtyFrom = (this.dirtyEnd != 0) ? this.dirtyFrom : from;
		this.dirtyEnd = end;
	}

	/**
	 * Return where the first word begins that {@link #findHeader} found not to be zero.
	 */
	long dirtyFrom() {
		return this.dirtyFrom;
	}

	/**
	 * Return where the last byte ends that {@link #findHeader} found not to be zero.
	 */
	long dirtyEnd() {
		return this.dirtyEnd;
	}

	/**
	 * Find the first valid block that may follow what cannot be read. Bytes that were
	 * inserted or removed shift the blocks after them, so every place is looked at. What
	 * was looked at once need not be again: a search that continues after the block that
	 * was found reads each byte a limited number of times, however many are damaged.
	 * @param from where to begin
	 * @param lsn the lowest LSN that the block may begin with
	 * @return where the block begins, with {@link #header()} for what it says and
	 * {@link #next()} to read what follows it, or -1
	 */
	public long findBlock(long from, long lsn) throws IOException {
		for (long at = findHeader(from, ANYWHERE); at >= 0; at = findHeader(at + 1, ANYWHERE)) {
			if (this.header.firstLsn >= lsn && this.header.kind != Format.KIND_START) {
				this.nextOffset = at;
				if (next() == Step.BLOCK) {
					return at;
				}
			}
		}
		return -1;
	}

	/**
	 * Return how many bytes of the window, in whole words, are zero from an index on.
	 */
	private int zeros(int index) {
		int end = this.window.limit();
		int zeros = Format.zeros(this.window, index, Math.min(end, index + SHORT_RUN));
		if (zeros < SHORT_RUN) {
			return zeros;
		}
		return this.checksum.isZero(this.window, index, end) ? end - index & -Long.BYTES
				: Format.zeros(this.window, index, end);
	}

	/**
	 * Let the next block be the one at an offset.
	 */
	public void seek(long offset) {
		this.nextOffset = offset;
	}

	/**
	 * Raise the limit, and drop what was read ahead: it may have been written since.
	 */
	public void extend(long limit) {
		this.limit = limit;
		this.window.limit(0);
	}

	public BlockHeader header() {
		return this.header;
	}

	/**
	 * Return the window that holds the body of the current block from
	 * {@link #bodyIndex()} on, until the next call to this reader.
	 */
	public ByteBuffer body() {
		return this.window;
	}

	public int bodyIndex() {
		return (int) (this.offset - this.windowStart) + Format.BLOCK_HEADER_SIZE;
	}

	/**
	 * Return where the current block begins, or where the last step found no block.
	 */
	public long offset() {
		return this.offset;
	}

	long nextOffset() {
		return this.nextOffset;
	}

	public long limit() {
		return this.limit;
	}

	/**
	 * Return what {@link Step#BAD} or {@link Step#UNKNOWN} found, as a phrase.
	 */
	public String problem() {
		return String.valueOf(this.problem);
	}

	/**
	 * Load a part of the file into the window, unless it is there.
	 * @return how many of the bytes there are, fewer than wanted only at the limit or at
	 * the end of the file
	 */
	private int load(long from, int wanted) throws IOException {
		return load(from, wanted, WINDOW);
	}

	/**
	 * Load a part of the file into the window, unless it is there.
	 * @param ahead how many bytes to read at once
	 */
	private int load(long from, int wanted, int ahead) throws IOException {
		int needed = (int) Math.max(0, Math.min(wanted, this.limit - from));
		if (from >= this.windowStart && from + needed <= this.windowStart + this.window.limit()) {
			return needed;
		}
		int useful = (int) Math.max(needed, Math.min(ahead, this.limit - from));
		if (useful > this.window.capacity()) {
			DirectMemory.give(this.window);
			this.window = DirectMemory.take(useful);
		}
		this.windowStart = from;
		this.window.clear();
		this.window.limit(Math.max(0, useful));
		int read = 0;
		try {
			read = this.file.readFully(this.window, from);
		}
		finally {
			// Empty if the read failed: the next try must not find what was there.
			this.window.clear().limit(read);
		}
		return Math.min(needed, read);
	}

	/**
	 * Release the memory. The file stays open.
	 */
	void release() {
		ByteBuffer window = this.window;
		this.window = Format.buffer(0);
		DirectMemory.give(window);
	}

	@Override
	public void close() throws IOException {
		release();
		this.file.close();
	}

	/**
	 * What lies at an offset.
	 */
	public enum Step {

		/** A valid block. */
		BLOCK,

		/** The end of the file, or zeros. */
		END,

		/** A valid header of a block that this version does not know. */
		UNKNOWN,

		/** Anything else. */
		BAD

	}

}
