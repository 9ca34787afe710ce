// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import dev.wal.internal.segment.Segment;

/**
 * The end of a log that a crash tore: bytes after its last block, none of which was
 * acknowledged according to all that is left.
 *
 * @param segment the segment that ends with them
 * @param from where they begin
 * @param to where they end
 * @param reason what is wrong with them, as a phrase
 */
record TornTail(Segment segment, long from, long to, String reason) {

	long length() {
		return this.to - this.from;
	}

}
