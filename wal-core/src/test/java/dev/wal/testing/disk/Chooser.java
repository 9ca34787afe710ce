// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.util.Random;

/**
 * Decides what of the pending changes a crash leaves.
 */
@FunctionalInterface
interface Chooser {

	/**
	 * Choose one of several possibilities, ordered from the oldest to the newest.
	 * @param count how many there are
	 * @return the chosen one, from 0
	 */
	int choose(int count);

	/**
	 * Nothing reached the disk but what was forced.
	 */
	static Chooser oldest() {
		return (count) -> 0;
	}

	/**
	 * Everything reached the disk.
	 */
	static Chooser newest() {
		return (count) -> count - 1;
	}

	/**
	 * Each change fares as it may, with more or less luck in all.
	 */
	static Chooser random(Random random) {
		double luck = random.nextDouble();
		return (count) -> {
			double draw = random.nextDouble();
			if (draw < luck / 2) {
				return count - 1;
			}
			return (draw > 0.5 + luck / 2) ? 0 : random.nextInt(count);
		};
	}

	/**
	 * One change fares unlike all others.
	 * @param index which one
	 * @param missing whether it alone did not reach the disk, or it alone did
	 */
	static Chooser except(int index, boolean missing) {
		int[] next = { 0 };
		return (count) -> ((next[0]++ == index) == missing) ? 0 : count - 1;
	}

}
