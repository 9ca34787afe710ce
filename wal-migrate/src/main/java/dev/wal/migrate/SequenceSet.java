// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Unsigned numbers that were seen, as ranges without a gap: few, as a log has few gaps.
 */
final class SequenceSet {

	private final NavigableMap<Long, Long> ranges = new TreeMap<>(Long::compareUnsigned);

	/**
	 * Add a number.
	 * @return whether it is new
	 */
	boolean add(long number) {
		Map.Entry<Long, Long> before = this.ranges.floorEntry(number);
		if (before != null && Long.compareUnsigned(number, before.getValue()) <= 0) {
			return false;
		}
		long first = (before != null && before.getValue() + 1 == number) ? before.getKey() : number;
		Long last = (number != -1) ? this.ranges.remove(number + 1) : null;
		this.ranges.put(first, (last != null) ? last : number);
		return true;
	}

	/**
	 * Return the number of ranges.
	 */
	int size() {
		return this.ranges.size();
	}

	/**
	 * Remove the lowest range. There has to be one.
	 */
	Range removeLowest() {
		Map.Entry<Long, Long> lowest = this.ranges.firstEntry();
		this.ranges.remove(lowest.getKey());
		return new Range(lowest.getKey(), lowest.getValue());
	}

	/**
	 * Numbers without a gap.
	 *
	 * @param first the first of them
	 * @param last the last of them
	 */
	record Range(long first, long last) {
	}

}
