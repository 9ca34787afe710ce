// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.wal.Lsn;

/**
 * The names of files in the directory of snapshots. A name that none of these patterns
 * matches exactly is no file of the store and is ignored.
 */
final class SnapshotName {

	/**
	 * The snapshot while it is written: its LSN is known only at its end.
	 */
	static final String UNFINISHED = "snapshot.new";

	private static final Pattern SNAPSHOT = Pattern.compile("snapshot-(\\d{20})\\.snap");

	private static final Pattern DAMAGED = Pattern.compile("snapshot-\\d{20}\\.snap(\\.\\d+)?\\.damaged");

	private SnapshotName() {
	}

	static String of(Lsn lsn) {
		String digits = lsn.toString();
		return "snapshot-" + "0".repeat(20 - digits.length()) + digits + ".snap";
	}

	/**
	 * Return the LSN in the name of a snapshot, or {@link Lsn#NONE} for any other name.
	 */
	static Lsn parse(String name) {
		Matcher matcher = SNAPSHOT.matcher(name);
		if (!matcher.matches()) {
			return Lsn.NONE;
		}
		try {
			return Lsn.of(Long.parseUnsignedLong(matcher.group(1)));
		}
		catch (NumberFormatException ex) {
			return Lsn.NONE;
		}
	}

	static boolean isDamaged(String name) {
		return DAMAGED.matcher(name).matches();
	}

	/**
	 * Return a name for a damaged snapshot that no other file has.
	 */
	static String aside(String name, Collection<String> taken) {
		String target = name + ".damaged";
		for (int i = 1; taken.contains(target); i++) {
			target = name + "." + i + ".damaged";
		}
		return target;
	}

}
