// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.util.function.LongPredicate;

/**
 * Knows the length-prefixed records of one layout. Bounds every length before it
 * allocates anything.
 */
interface FrameDecoder {

	/**
	 * Check what stands before the first frame.
	 * @return the offset of the first frame
	 * @throws LegacyFormatException if the file is not one of this layout
	 */
	long firstOffset(LegacyFile file) throws IOException;

	/**
	 * Return the length of the smallest frame.
	 */
	int minLength();

	/**
	 * Decode the frame at an offset before the end of the file.
	 */
	Frame decode(LegacyFile file, long offset) throws IOException;

	/**
	 * Tell whether decoding is worth while, with at least the smallest frame's length
	 * left in the file. A search asks this of every byte: reads no content.
	 * @param order tells which numbers are plausible
	 */
	boolean mayBegin(LegacyFile file, long offset, LongPredicate order) throws IOException;

}
