// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Says whether the process that took the lock last still runs, without trying the lock.
 */
final class LockHolder {

	private static final String RELEASED = ", released";

	private static final Pattern PROCESS = Pattern.compile("process (\\d+) on (.+), since (\\S+)");

	/** Systems tell the start of a process in hundredths of a second or worse. */
	private static final Duration TOLERANCE = Duration.ofSeconds(2);

	private LockHolder() {
	}

	static String describe(@Nullable String holder) {
		if (holder == null) {
			return "never taken";
		}
		if (holder.endsWith(RELEASED)) {
			return holder.substring(0, holder.length() - RELEASED.length()) + " (released)";
		}
		Matcher matcher = PROCESS.matcher(holder);
		if (!matcher.matches()) {
			return holder;
		}
		String host = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "this host");
		if (!matcher.group(2).equals(host)) {
			return holder + " (another host, or a container: cannot be looked up here)";
		}
		return holder
				+ (runs(Long.parseLong(matcher.group(1)), matcher.group(3)) ? " (running)" : " (not running any more)");
	}

	/**
	 * A process that began after the lock was taken only has the same number.
	 */
	private static boolean runs(long pid, String since) {
		try {
			Instant latest = OffsetDateTime.parse(since).toInstant().plus(TOLERANCE);
			return ProcessHandle.of(pid)
				.filter(ProcessHandle::isAlive)
				.flatMap((process) -> process.info().startInstant())
				.map((started) -> !started.isAfter(latest))
				.orElse(false);
		}
		catch (DateTimeParseException ex) {
			return false;
		}
	}

}
