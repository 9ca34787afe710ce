// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

import dev.wal.WalFormatVersionException;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * What the beginning of a segment's file says.
 *
 * @param number the number in the name of the file
 * @param size the size of the file
 * @param header the segment header, or {@code null} if it cannot be read
 * @param start the start block, or {@code null} if there is none
 * @param problem what is wrong with the header, as a phrase, or {@code null} if nothing
 * is
 * @param unused whether there are only zeros after the header
 */
public record FoundSegment(long number, long size, @Nullable SegmentHeader header, @Nullable StartBlock start,
		@Nullable String problem, boolean unused) {

	/**
	 * Read the header and the start block, and of a segment without one all the rest.
	 * @throws WalFormatVersionException if a newer version wrote the segment
	 */
	public static FoundSegment read(Storage storage, long number) throws IOException {
		try (StorageFile file = storage.openForReading(SegmentName.of(number))) {
			long size = file.size();
			ByteBuffer page = Format.buffer(Format.SEGMENT_HEADER_SIZE);
			int present = file.readFully(page, 0);
			SegmentHeader header = (present == Format.SEGMENT_HEADER_SIZE) ? SegmentHeader.decode(page.clear()) : null;
			if (header != null && header.version() > Format.VERSION) {
				throw new WalFormatVersionException(storage.directory().resolve(SegmentName.of(number)),
						header.version(), Format.VERSION);
			}
			String problem = headerProblem(header, number, present);
			if (header == null || problem != null) {
				return new FoundSegment(number, size, null, null, problem, isZero(file, size));
			}
			StartBlock start = readStart(file, header);
			return new FoundSegment(number, size, header, start, null, start == null && isZero(file, size));
		}
	}

	private static @Nullable String headerProblem(@Nullable SegmentHeader header, long number, int present) {
		if (present < Format.SEGMENT_HEADER_SIZE) {
			return "the segment header is cut off after " + present + " bytes";
		}
		if (header == null) {
			return "the segment header does not match its checksum";
		}
		return (header.number() != number) ? "the file holds segment " + header.number() + ": it was renamed or copied"
				: null;
	}

	private static @Nullable StartBlock readStart(StorageFile file, SegmentHeader header) throws IOException {
		long limit = Math.min(file.size(), Format.SEGMENT_HEADER_SIZE + Format.START_BLOCK_SIZE);
		BlockReader reader = new BlockReader(file, header.salt(), limit);
		try {
			boolean started = reader.next() == BlockReader.Step.BLOCK && reader.header().kind == Format.KIND_START;
			StartBlock start = started ? StartBlock.decode(reader.header(), reader.body(), reader.bodyIndex()) : null;
			return (start != null && start.isPossible()) ? start : null;
		}
		finally {
			reader.release();
		}
	}

	private static boolean isZero(StorageFile file, long size) throws IOException {
		Checksum checksum = new Checksum();
		ByteBuffer chunk = Format.buffer(256 * 1024);
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

	public String name() {
		return SegmentName.of(this.number);
	}

	/**
	 * Return the header of a segment that has a readable one.
	 */
	public SegmentHeader requireHeader() {
		return Objects.requireNonNull(this.header);
	}

	/**
	 * Return the start block of a segment that has one.
	 */
	public StartBlock requireStart() {
		return Objects.requireNonNull(this.start);
	}

	/**
	 * Return whether the header can be read and something was written after it.
	 */
	public boolean isReadable() {
		return this.header != null && !this.unused;
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

}
