// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.util.List;

/**
 * What can be read of a log in files. Thread-safe.
 */
public interface LocalWalView extends WalView {

	/**
	 * Return the segments. Reads the beginnings of those that opening the log left alone,
	 * see {@link RecoveryScan#HEADERS}.
	 * @return an unmodifiable list in order of their numbers
	 * @throws WalCorruptedException if a segment does not follow the one before it
	 * @throws WalIoException if a segment cannot be read
	 */
	List<SegmentInfo> segments();

	/**
	 * Return the number of segments with records, the active one included.
	 * @return the number of segments
	 */
	default int segmentCount() {
		return segments().size();
	}

	/**
	 * Return the bytes of all segment files, and of the files that are kept for later
	 * segments.
	 * @return the size on disk, preallocated space included
	 * @throws WalIoException if the size of a file cannot be read
	 */
	long sizeOnDisk();

	/**
	 * Return what opening the files found and did.
	 * @return the part of the report that only a log in files has
	 */
	LocalRecovery localRecovery();

}
