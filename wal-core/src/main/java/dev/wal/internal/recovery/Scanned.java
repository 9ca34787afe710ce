// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.Map;

/**
 * What an inspection read completely.
 *
 * @param recordsBySegment the number of records of each segment, by the segment's number
 * @param bytes the size of all of them up to their ends
 */
public record Scanned(Map<Long, Long> recordsBySegment, long bytes) {

	/**
	 * Create the result.
	 */
	public Scanned {
		recordsBySegment = Map.copyOf(recordsBySegment);
	}

	public int segments() {
		return this.recordsBySegment.size();
	}

	public long records() {
		long records = 0;
		for (long count : this.recordsBySegment.values()) {
			records += count;
		}
		return records;
	}

	/**
	 * Return the number of records of a segment, 0 if it was not read.
	 */
	public long recordsOf(long number) {
		return this.recordsBySegment.getOrDefault(number, 0L);
	}

}
