// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.util.Arrays;

/**
 * How long one way to sync took.
 *
 * @param way the way, in words
 * @param count how often it was tried
 * @param p50 the median, in nanoseconds
 * @param p99 what 99 of 100 did not exceed, in nanoseconds
 */
record SyncLatency(String way, int count, long p50, long p99) {

	/**
	 * Sum up.
	 * @param nanos the single times, at least one
	 */
	static SyncLatency of(String way, long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return new SyncLatency(way, sorted.length, sorted[(sorted.length - 1) / 2],
				sorted[(int) Math.ceil(sorted.length * 0.99) - 1]);
	}

}
