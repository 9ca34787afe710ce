// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.FoundSegment;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.SegmentFile;
import dev.wal.internal.segment.SegmentName;
import org.jspecify.annotations.Nullable;

/**
 * The names in the directory of a log, sorted by what they stand for.
 *
 * @param files the files with the name of a segment, oldest first. Those that are left
 * for later were not read
 * @param unfinished the names of files whose creation was not finished
 * @param newestStarted the newest segment that has a start block, or {@code null}
 */
record Listing(List<SegmentFile> files, List<String> unfinished, @Nullable FoundSegment newestStarted) {

	/**
	 * How many of the newest segments are read in any case. One may be a spare; the last
	 * that was written to and the one before it show whether a crash interrupted the
	 * chain between them.
	 */
	private static final int NEWEST = 3;

	Listing {
		files = List.copyOf(files);
		unfinished = List.copyOf(unfinished);
	}

	/**
	 * List a directory, and read how its segments begin.
	 * @param lazily whether segments that have their neighbors are left for later
	 */
	static Listing of(Storage storage, boolean lazily) throws IOException {
		List<String> names = storage.list();
		List<String> others = new ArrayList<>();
		long[] numbers = new long[names.size()];
		int count = 0;
		for (String name : names) {
			OptionalLong number = SegmentName.parse(name);
			if (number.isPresent()) {
				numbers[count++] = number.getAsLong();
			}
			else {
				others.add(name);
			}
		}
		LogDirectory.checkLayout(storage.directory(), names, others);
		List<String> unfinished = new ArrayList<>();
		for (String name : others) {
			if (SegmentName.isUnfinished(name)) {
				unfinished.add(name);
			}
		}
		Arrays.sort(numbers, 0, count);
		List<SegmentFile> files = new ArrayList<>(count);
		FoundSegment newestStarted = null;
		for (int i = count - 1; i >= 0; i--) {
			SegmentFile file = new SegmentFile(storage, numbers[i]);
			boolean later = lazily && newestStarted != null && numbers[i] < newestStarted.number() - 1
					&& isInside(numbers, i, count);
			FoundSegment found = later ? null : read(file, files.isEmpty());
			if (later || found != null) {
				files.add(file);
			}
			if (newestStarted == null && found != null && found.start() != null) {
				newestStarted = found;
			}
		}
		Collections.reverse(files);
		dropHalfCreated(files, unfinished);
		return new Listing(files, unfinished, newestStarted);
	}

	/**
	 * Return whether a segment is not one of the newest, has both its neighbors, and
	 * there are two before it. The oldest two tell where the log begins, and those around
	 * a gap in the numbers whether anything is missing there.
	 */
	private static boolean isInside(long[] numbers, int index, int count) {
		return index >= 2 && index < count - NEWEST && numbers[index - 1] == numbers[index] - 1
				&& numbers[index + 1] == numbers[index] + 1;
	}

	/**
	 * Read how a segment begins.
	 * @return {@code null} if the file is gone. A live writer deletes the oldest
	 * segments. If another one is gone, the chain finds it missing, but no segment names
	 * the newest one
	 */
	private static @Nullable FoundSegment read(SegmentFile file, boolean newest) throws IOException {
		try {
			return file.read();
		}
		catch (NoSuchFileException ex) {
			if (newest) {
				throw ex;
			}
			return null;
		}
	}

	/**
	 * A newest segment without a readable header was still being created: a segment gets
	 * its name only after its header was forced, so nothing can have been written to it.
	 */
	private static void dropHalfCreated(List<SegmentFile> files, List<String> unfinished) throws IOException {
		while (!files.isEmpty()) {
			FoundSegment newest = files.get(files.size() - 1).read();
			if (newest.header() != null || !newest.unused()) {
				return;
			}
			unfinished.add(newest.name());
			files.remove(files.size() - 1);
		}
	}

	/**
	 * Return the highest number that a segment has, 0 if there is none.
	 */
	long highestNumber() {
		return this.files.isEmpty() ? 0 : this.files.get(this.files.size() - 1).number();
	}

	boolean isOldest(long number) {
		return this.files.get(0).number() == number;
	}

	/**
	 * Return the index of the segment with a number, -1 if there is none.
	 */
	int indexOf(long number) {
		int index = indexFrom(number);
		return (index < this.files.size() && this.files.get(index).number() == number) ? index : -1;
	}

	/**
	 * Read the segment with a number, or return {@code null} if there is none.
	 */
	@Nullable FoundSegment read(long number) throws IOException {
		int index = indexOf(number);
		return (index >= 0) ? this.files.get(index).read() : null;
	}

	/**
	 * Read the segments with numbers above one number and below another, oldest first.
	 */
	List<FoundSegment> readBetween(long lower, long upper) throws IOException {
		List<FoundSegment> between = new ArrayList<>();
		for (int i = indexFrom(lower); i < this.files.size() && this.files.get(i).number() < upper; i++) {
			if (this.files.get(i).number() != lower) {
				between.add(this.files.get(i).read());
			}
		}
		return between;
	}

	/**
	 * Read the segments with at least a number, oldest first.
	 */
	List<FoundSegment> readFrom(long number) throws IOException {
		List<FoundSegment> found = new ArrayList<>();
		for (SegmentFile file : this.files.subList(indexFrom(number), this.files.size())) {
			found.add(file.read());
		}
		return found;
	}

	/**
	 * Return the newest segment below a number that can be read and was written to, or
	 * {@code null} if there is none. Segments that are left for later do not count.
	 */
	@Nullable FoundSegment newestReadable(long below) {
		for (int i = indexFrom(below) - 1; i >= 0; i--) {
			FoundSegment found = this.files.get(i).found();
			if (found != null && found.isReadable()) {
				return found;
			}
		}
		return null;
	}

	/**
	 * Return the index of the first file with at least a number.
	 */
	private int indexFrom(long number) {
		int low = 0;
		int high = this.files.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.files.get(middle).number() < number) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

}
