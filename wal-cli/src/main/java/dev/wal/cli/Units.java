// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * Numbers for people.
 */
final class Units {

	private static final String[] BYTES = { "B", "KiB", "MiB", "GiB", "TiB" };

	private Units() {
	}

	static String bytes(long count) {
		return scaled((double) count);
	}

	private static String scaled(double count) {
		double value = count;
		int unit = 0;
		while (value >= 1024 && unit < BYTES.length - 1) {
			value /= 1024;
			unit++;
		}
		return (unit == 0) ? String.format(Locale.ROOT, "%.0f B", value)
				: String.format(Locale.ROOT, "%.1f %s", value, BYTES[unit]);
	}

	static String rate(long bytes, Duration duration) {
		return scaled(bytes * 1e9 / Math.max(1, duration.toNanos())) + "/s";
	}

	static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
	}

	static String count(long count, String singular) {
		return count + " " + singular + ((count == 1) ? "" : "s");
	}

}
