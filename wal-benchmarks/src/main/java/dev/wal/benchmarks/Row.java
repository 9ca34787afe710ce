// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

/**
 * What was to be shown, and what was.
 *
 * @param work what was done
 * @param measured the figure, turn by turn
 * @param unit the unit of the figure, empty for a ratio
 * @param atLeast whether the bound is a lower one
 * @param bound what the median has to reach
 */
record Row(String work, Series measured, String unit, boolean atLeast, double bound) {

	/**
	 * Targets are given with two decimals at most, and so a figure that differs less
	 * meets them: with 1.00 flush for each append, the one flush of a rotation among
	 * thousands is no miss.
	 */
	private static final double TOLERANCE = 0.005;

	static Row atLeast(String work, Series measured, String unit, double bound) {
		return new Row(work, measured, unit, true, bound);
	}

	static Row atMost(String work, Series measured, String unit, double bound) {
		return new Row(work, measured, unit, false, bound);
	}

	/**
	 * Return {@code yes}, {@code NO}, or {@code n/a} if nothing was measured.
	 */
	String met() {
		double median = this.measured.median();
		if (Double.isNaN(median) || Double.isNaN(this.bound)) {
			return "n/a";
		}
		double tolerance = Math.min(TOLERANCE, this.bound * TOLERANCE);
		boolean met = this.atLeast ? median >= this.bound - tolerance : median <= this.bound + tolerance;
		return met ? "yes" : "NO";
	}

}
