package dev.wal.segment;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The names of files in the log's directory. A name that none of these patterns matches
 * exactly belongs to somebody else and is ignored.
 */
final class SegmentName {

	static final String LOCK = "wal.lock";

	static final String CHECKPOINT = "checkpoint";

	/**
	 * Files on their way to another name.
	 */
	static final String NEW = ".new";

	/**
	 * Segments that were moved away because they are damaged.
	 */
	static final String DAMAGED = ".damaged";

	private static final Pattern SEGMENT = Pattern.compile("wal-(\\d{20})\\.log");

	private static final Pattern UNFINISHED = Pattern.compile("(wal-\\d{20}\\.log|checkpoint)\\.new");

	private static final Pattern TORN = Pattern.compile("wal-\\d{20}\\.\\d+(-\\d+)?\\.torn");

	private static final Pattern XERV = Pattern.compile("wal_[0-9a-f]{16}\\.log");

	private static final Pattern WALOGS = Pattern.compile("wal-\\d{6}\\.log|wal\\.log");

	private static final Pattern ALLSOURCE = Pattern.compile("wal-[0-9a-f]{16}\\.log");

	private static final Pattern WAVEKV = Pattern.compile("node_\\d+\\.wal");

	private SegmentName() {
	}

	static String of(long number) {
		return String.format(Locale.ROOT, "wal-%020d.log", number);
	}

	/**
	 * Return the number in the name of a segment, or nothing for any other name.
	 */
	static OptionalLong parse(String name) {
		Matcher matcher = SEGMENT.matcher(name);
		if (!matcher.matches()) {
			return OptionalLong.empty();
		}
		try {
			long number = Long.parseLong(matcher.group(1));
			return (number > 0) ? OptionalLong.of(number) : OptionalLong.empty();
		}
		catch (NumberFormatException ex) {
			return OptionalLong.empty();
		}
	}

	static boolean isUnfinished(String name) {
		return UNFINISHED.matcher(name).matches();
	}

	static boolean isTorn(String name) {
		return TORN.matcher(name).matches();
	}

	/**
	 * Return the name of the torn bytes cut from an offset of a segment.
	 */
	static String torn(long number, long offset, int attempt) {
		return String.format(Locale.ROOT, "wal-%020d.%d%s.torn", number, offset, (attempt == 0) ? "" : "-" + attempt);
	}

	/**
	 * Return which other log writes files of this name, or {@code null} if none that we
	 * know.
	 */
	static @Nullable String legacyLayout(String name) {
		if (XERV.matcher(name).matches()) {
			return "xerv";
		}
		if (WALOGS.matcher(name).matches()) {
			return "walogs";
		}
		if (ALLSOURCE.matcher(name).matches()) {
			return "allsource";
		}
		return WAVEKV.matcher(name).matches() ? "wavekv" : null;
	}

}
