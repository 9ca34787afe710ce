// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

import dev.wal.WalOptions;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * Creates segment files.
 * <p>
 * A file gets its name only when its header is on the disk, and is used only when its
 * name is. What a crash leaves is either without meaning or a segment without blocks.
 */
public final class SegmentFactory {

	private final LogDirectory directory;

	private final Storage storage;

	private final UUID logId;

	private final String owner;

	private final long preallocated;

	private final Clock clock;

	private final RecycledFiles recycled;

	public SegmentFactory(LogDirectory directory, UUID logId, String owner, WalOptions options) {
		this.directory = directory;
		this.storage = directory.storage();
		this.logId = logId;
		this.owner = owner;
		this.preallocated = options.files().preallocate() ? options.files().segmentSize() : 0;
		this.clock = options.log().clock();
		this.recycled = new RecycledFiles(this.storage, options);
	}

	/**
	 * Return the files of released segments, from which new ones are made.
	 */
	public RecycledFiles recycled() {
		return this.recycled;
	}

	public LogDirectory directory() {
		return this.directory;
	}

	/**
	 * Create an empty segment, durably.
	 * @param number the number of the segment, which no file has
	 * @param before the header of the segment before, or {@code null} if there is none
	 * @throws DirectoryForceException if the directory could not be forced
	 * @throws IOException if the segment could not be created; nothing is left of it
	 */
	public SegmentWriter create(long number, @Nullable SegmentHeader before) throws IOException {
		String name = SegmentName.of(number);
		RecycledFiles.Blank blank = this.recycled.poll();
		String unfinished = (blank != null) ? blank.name() : name + SegmentName.NEW;
		StorageFile file = (blank != null) ? blank.file() : this.storage.create(unfinished);
		long size = (blank != null) ? this.preallocated : Format.SEGMENT_HEADER_SIZE;
		SegmentHeader header = header(number, before, size);
		try {
			file.writeFully(header.encode(), 0);
			file.force(true);
		}
		catch (IOException | RuntimeException | Error ex) {
			remove(file, unfinished, ex);
			throw ex;
		}
		this.directory.nameLock().lock();
		try {
			name(file, unfinished, name);
		}
		finally {
			this.directory.nameLock().unlock();
		}
		Segment segment = new Segment(header, 0, -1, Format.SEGMENT_HEADER_SIZE, size);
		return new SegmentWriter(segment, file, Format.SEGMENT_HEADER_SIZE, this.preallocated);
	}

	private void name(StorageFile file, String unfinished, String name) throws IOException {
		try {
			this.storage.rename(unfinished, name);
		}
		catch (IOException | RuntimeException | Error ex) {
			remove(file, unfinished, ex);
			throw ex;
		}
		try {
			this.directory.force();
		}
		catch (IOException | RuntimeException | Error ex) {
			// Nothing may use a name that the disk may not have.
			remove(file, name, ex);
			throw ex;
		}
	}

	/**
	 * Return a header for a new segment.
	 * @param before the header of the segment before, or {@code null} if there is none
	 * @param zeroedTo the offset up to which the file was forced as zeros
	 */
	public SegmentHeader header(long number, @Nullable SegmentHeader before, long zeroedTo) {
		return new SegmentHeader(Format.VERSION, this.logId, number, Salts.RANDOM.nextLong(),
				Format.nanos(this.clock.instant()), this.owner, (before != null) ? before.number() : 0,
				(before != null) ? before.salt() : 0, zeroedTo);
	}

	/**
	 * Open a segment to write at its end.
	 */
	public SegmentWriter reopen(Segment segment, long position) throws IOException {
		return new SegmentWriter(segment, this.storage.open(segment.name()), position, this.preallocated);
	}

	private void remove(StorageFile file, String name, Throwable reason) {
		try {
			file.close();
			this.storage.delete(name);
		}
		catch (IOException | RuntimeException | Error ex) {
			reason.addSuppressed(ex);
		}
	}

	/** Loaded only where a segment is created: most logs that are opened have one. */
	private static final class Salts {

		static final SecureRandom RANDOM = new SecureRandom();

	}

}
