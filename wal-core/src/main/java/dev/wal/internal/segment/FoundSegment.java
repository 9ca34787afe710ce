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
 * @param problem what is wrong with the header, as a phrase, or {@code null} if it can be
 * read
 * @param unused whether there are only zeros after a header that can be read
 * @param badCopies which copies of the header are damaged: 1 the first, 2 the second, 3
 * both
 */
public record FoundSegment(long number, long size, @Nullable SegmentHeader header, @Nullable StartBlock start,
		@Nullable String problem, boolean unused, int badCopies) {

	private static final int FIRST_COPY = 1;

	private static final int SECOND_COPY = 2;

	private static final int BOTH_COPIES = FIRST_COPY | SECOND_COPY;

	/**
	 * Read the header and the start block, and of a segment without one all the rest.
	 * @throws WalFormatVersionException if another version wrote the segment
	 */
	public static FoundSegment read(Storage storage, long number) throws IOException {
		try (StorageFile file = storage.openForReading(SegmentName.of(number))) {
			long size = file.size();
			ByteBuffer pages = Format.buffer(Format.SEGMENT_HEADER_SIZE);
			int present = file.readFully(pages, 0);
			pages.clear().limit(present);
			SegmentHeader first = SegmentHeader.decode(pages, 0);
			SegmentHeader second = SegmentHeader.decode(pages, Format.HEADER_COPY_SIZE);
			checkVersion(storage, number, first);
			checkVersion(storage, number, second);
			SegmentHeader header = (first != null) ? first : second;
			int badCopies = ((first != null) ? 0 : FIRST_COPY) | ((second != null) ? 0 : SECOND_COPY);
			String problem = headerProblem(header, number, present);
			if (first != null && second != null && !first.equals(second)) {
				problem = "the two copies of the segment header differ";
			}
			if (header == null || problem != null) {
				return new FoundSegment(number, size, null, null, problem, false, badCopies);
			}
			StartBlock start = readStart(file, header);
			return new FoundSegment(number, size, header, start, null, start == null && isZero(file, size), badCopies);
		}
	}

	private static void checkVersion(Storage storage, long number, @Nullable SegmentHeader header) {
		if (header != null && header.version() != Format.VERSION) {
			throw new WalFormatVersionException(storage.directory().resolve(SegmentName.of(number)), header.version(),
					Format.VERSION);
		}
	}

	private static @Nullable String headerProblem(@Nullable SegmentHeader header, long number, int present) {
		if (header != null) {
			return (header.number() != number)
					? "the file holds segment " + header.number() + ": it was renamed or copied" : null;
		}
		return (present < Format.SEGMENT_HEADER_SIZE) ? "the segment header is cut off after " + present + " bytes"
				: "neither copy of the segment header matches its checksum";
	}

	/**
	 * Return what this segment is if it has a salt. What is known of its log stands for
	 * the header that cannot be read.
	 * @param known a header with that salt, for this segment
	 * @return the segment, with a header that has to be written again, or {@code null} if
	 * its first block does not have that salt
	 */
	public @Nullable FoundSegment withHeader(Storage storage, SegmentHeader known) throws IOException {
		try (StorageFile file = storage.openForReading(name())) {
			StartBlock start = readStart(file, known);
			return (start != null) ? new FoundSegment(this.number, this.size, known, start, null, false, BOTH_COPIES)
					: null;
		}
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

	/**
	 * Return whether no copy of the header can be read, and it was concluded from
	 * elsewhere.
	 */
	public boolean isHeaderConcluded() {
		return this.header != null && this.badCopies == BOTH_COPIES;
	}

	/**
	 * Write the damaged copies of a header that is known, durably.
	 */
	public void restoreHeader(Storage storage) throws IOException {
		ByteBuffer copies = requireHeader().encode();
		copies.position(((this.badCopies & FIRST_COPY) != 0) ? 0 : Format.HEADER_COPY_SIZE);
		copies.limit(((this.badCopies & SECOND_COPY) != 0) ? Format.SEGMENT_HEADER_SIZE : Format.HEADER_COPY_SIZE);
		try (StorageFile file = storage.open(name())) {
			file.writeFully(copies, copies.position());
			file.force(false);
		}
	}

	/**
	 * Return this segment as one that nothing was written to: what lies after its header
	 * is no evidence of anything.
	 */
	public FoundSegment asUnused() {
		return new FoundSegment(this.number, this.size, this.header, null, null, true, this.badCopies);
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
	 * @param start how the other one begins
	 */
	public @Nullable String problemBefore(FoundSegment successor, StartBlock start) {
		if (this.problem != null) {
			return this.problem;
		}
		if (this.unused) {
			return "the segment is empty";
		}
		SegmentHeader after = successor.header();
		if (after != null && after.numberBefore() == this.number && after.saltBefore() != requireHeader().salt()) {
			return "the segment is not the one that its successor follows: files of different times are mixed";
		}
		if (this.start != null && this.start.firstLsn() > start.lastLsnBefore() + 1) {
			return "the segment begins with LSN " + this.start.firstLsn()
					+ ", but its successor says that it ends with LSN " + start.lastLsnBefore();
		}
		return null;
	}

}
