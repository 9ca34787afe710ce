// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.Locale;

/**
 * Writes figures with three significant digits.
 */
final class Figures {

	private Figures() {
	}

	static String format(double value) {
		if (Double.isNaN(value)) {
			return "n/a";
		}
		double size = Math.abs(value);
		if (size >= 1e6) {
			return digits(value / 1e6) + "M";
		}
		if (size >= 1e4) {
			return digits(value / 1e3) + "k";
		}
		return digits(value);
	}

	private static String digits(double value) {
		double size = Math.abs(value);
		if (size >= 100) {
			return String.format(Locale.ROOT, "%.0f", value);
		}
		if (size >= 10) {
			return String.format(Locale.ROOT, "%.1f", value);
		}
		return String.format(Locale.ROOT, (size >= 0.095 || size == 0) ? "%.2f" : "%.4f", value);
	}

	/**
	 * Write the median, and the range if there is one.
	 */
	static String format(Series series, String unit) {
		if (series.isEmpty()) {
			return "n/a";
		}
		String median = format(series.median()) + (unit.isEmpty() ? "" : " " + unit);
		return median + " (" + format(series.min()) + " to " + format(series.max()) + ")";
	}

}
