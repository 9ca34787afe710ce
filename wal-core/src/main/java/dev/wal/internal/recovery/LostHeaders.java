// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.util.List;

import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.ControlRecord;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.SegmentFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the headers of segments said of which no copy can be read. All blocks of a
 * segment are lost without its salt. The header of the next segment repeats it, and the
 * control file that of the segment which the log ended in.
 */
final class LostHeaders {

	private final Storage storage;

	private final List<SegmentFile> files;

	private final @Nullable ControlRecord control;

	private LostHeaders(Storage storage, List<SegmentFile> files, @Nullable ControlRecord control) {
		this.storage = storage;
		this.files = files;
		this.control = control;
	}

	/**
	 * Conclude the headers that can be concluded.
	 * @param files the segments, oldest first
	 * @param control what the control file says, or {@code null}
	 */
	static void conclude(Storage storage, List<SegmentFile> files, @Nullable ControlRecord control) throws IOException {
		LostHeaders lost = new LostHeaders(storage, files, control);
		// The newest first: a header that was concluded tells of the one before.
		for (int i = files.size() - 1; i >= 0; i--) {
			FoundSegment found = files.get(i).found();
			if (found != null && found.header() == null) {
				lost.conclude(i, found);
			}
		}
	}

	private void conclude(int index, FoundSegment lost) throws IOException {
		SegmentHeader header = concluded(index, lost.number());
		FoundSegment concluded = (header != null) ? lost.withHeader(this.storage, header) : null;
		if (concluded != null) {
			this.files.get(index).conclude(concluded);
		}
	}

	private @Nullable SegmentHeader concluded(int index, long number) throws IOException {
		SegmentHeader before = headerAt(index - 1);
		if (this.control != null && this.control.end().segment() == number) {
			return header(number, this.control.end().salt(), this.control, before);
		}
		SegmentHeader after = headerAt(index + 1);
		if (after == null || after.numberBefore() != number) {
			return null;
		}
		return header(number, after.saltBefore(), ControlRecord.ofNewLog(after.logId(), after.owner(), after.created()),
				before);
	}

	private @Nullable SegmentHeader headerAt(int index) throws IOException {
		return (index >= 0 && index < this.files.size()) ? this.files.get(index).read().header() : null;
	}

	private static SegmentHeader header(long number, long salt, ControlRecord log, @Nullable SegmentHeader before) {
		return new SegmentHeader(Format.VERSION, log.logId(), number, salt, log.created(), log.owner(),
				(before != null) ? before.number() : 0, (before != null) ? before.salt() : 0,
				Format.SEGMENT_HEADER_SIZE);
	}

}
