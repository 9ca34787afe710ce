// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The names of files in the log's directory. A name that none of these patterns matches
 * exactly is not ours and is ignored.
 */
public final class SegmentName {

	public static final String LOCK = "wal.lock";

	public static final String CHECKPOINT = "checkpoint";

	/**
	 * Files on their way to another name.
	 */
	public static final String NEW = ".new";

	/**
	 * Segments that are no longer part of the log, and copies of damaged files.
	 */
	public static final String DAMAGED = ".damaged";

	private static final String PREFIX = "wal-";

	private static final String SUFFIX = ".log";

	private static final int DIGITS = 20;

	private SegmentName() {
	}

	public static String of(long number) {
		String digits = Long.toString(number);
		return PREFIX + "0".repeat(DIGITS - digits.length()) + digits + SUFFIX;
	}

	/**
	 * Return the number in the name of a segment, or nothing for any other name.
	 */
	public static OptionalLong parse(String name) {
		long number = number(name);
		return (number > 0) ? OptionalLong.of(number) : OptionalLong.empty();
	}

	/**
	 * Return whether a name has the form of a segment's, with any number.
	 */
	private static boolean isNumbered(String name) {
		return number(name) >= 0;
	}

	/**
	 * Return the number in a name that has the form of a segment's, 0 if no segment can
	 * have that number, or -1 for any other name.
	 */
	private static long number(String name) {
		if (name.length() != PREFIX.length() + DIGITS + SUFFIX.length() || !name.startsWith(PREFIX)
				|| !name.endsWith(SUFFIX)) {
			return -1;
		}
		long number = 0;
		boolean possible = true;
		for (int i = PREFIX.length(); i < PREFIX.length() + DIGITS; i++) {
			int digit = name.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			possible &= number <= (Long.MAX_VALUE - digit) / 10;
			number = number * 10 + digit;
		}
		return possible ? number : 0;
	}

	/**
	 * Return whether a file of this name is part of a log or of its snapshots.
	 */
	public static boolean isOfLog(String name) {
		return name.startsWith("wal-") || name.startsWith("wal.") || name.startsWith(CHECKPOINT)
				|| name.startsWith("snapshot-") || name.startsWith("snapshot.");
	}

	public static boolean isUnfinished(String name) {
		if (!name.endsWith(NEW)) {
			return false;
		}
		String target = name.substring(0, name.length() - NEW.length());
		return target.equals(CHECKPOINT) || isNumbered(target);
	}

	public static boolean isTorn(String name) {
		return Others.TORN.matcher(name).matches();
	}

	/**
	 * Return the name of the file that keeps a torn tail.
	 */
	public static String torn(long number, long offset, int attempt) {
		return String.format(Locale.ROOT, "wal-%020d.%d%s.torn", number, offset, (attempt == 0) ? "" : "-" + attempt);
	}

	/**
	 * Return which other log writes files of this name, or {@code null} if no known one
	 * does.
	 */
	public static @Nullable String legacyLayout(String name) {
		if (isNumbered(name) || name.equals(LOCK) || name.equals(CHECKPOINT)) {
			return null;
		}
		if (Others.XERV.matcher(name).matches()) {
			return "xerv";
		}
		if (Others.WALOGS.matcher(name).matches()) {
			return "walogs";
		}
		if (Others.ALLSOURCE.matcher(name).matches()) {
			return "allsource";
		}
		return Others.WAVEKV.matcher(name).matches() ? "wavekv" : null;
	}

	/**
	 * Patterns for names that are seldom seen: compiling them would be a part of what
	 * opening a log costs.
	 */
	private static final class Others {

		static final Pattern TORN = Pattern.compile("wal-\\d{20}\\.\\d+(-\\d+)?\\.torn");

		static final Pattern XERV = Pattern.compile("wal_[0-9a-f]{16}\\.log");

		static final Pattern WALOGS = Pattern.compile("wal-\\d{6}\\.log|wal\\.log");

		static final Pattern ALLSOURCE = Pattern.compile("wal-[0-9a-f]{16}\\.log");

		static final Pattern WAVEKV = Pattern.compile("node_\\d+\\.wal");

	}

}
