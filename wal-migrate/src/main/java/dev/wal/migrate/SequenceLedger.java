// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import dev.wal.migrate.LegacySource.NumberedFile;

/**
 * Counts whether all sequences of an allsource log are there. A file is named after the
 * last sequence before it, so those from there up to the name of the next file belong
 * into it. They need not stand there: threads race for the rotation, and a restart goes
 * on in the first file. So each is counted where it belongs, and judged only at the end
 * of the log.
 */
final class SequenceLedger {

	private final NavigableMap<Long, Account> ranges = new TreeMap<>(Long::compareUnsigned);

	private final Map<String, Account> files = new LinkedHashMap<>();

	private Account current = new Account("", 0);

	private long highest;

	SequenceLedger(List<NumberedFile> files) {
		for (NumberedFile file : files) {
			Account account = new Account(file.name(), file.number());
			this.ranges.put(file.number(), account);
			this.files.put(file.name(), account);
		}
	}

	void begin(String file) {
		this.current = this.files.getOrDefault(file, this.current);
	}

	void count(long sequence) {
		Map.Entry<Long, Account> range = this.ranges.lowerEntry(sequence);
		if (range != null) {
			range.getValue().count++;
		}
		if (Long.compareUnsigned(sequence, this.highest) > 0) {
			this.highest = sequence;
		}
	}

	/**
	 * Count a line that was reported by itself, whatever its sequence was.
	 */
	void countDamaged() {
		this.current.count++;
	}

	/**
	 * Judge the log.
	 * @return what is missing, a phrase for each file
	 */
	List<String> missing() {
		List<String> phrases = new ArrayList<>();
		for (Account account : this.ranges.values()) {
			Long next = this.ranges.higherKey(account.before);
			long end = (next != null) ? next : this.highest;
			long missing = end - account.before - account.count;
			if (Long.compareUnsigned(end, account.before) > 0 && missing > 0) {
				phrases.add(missing + " of the entries " + Long.toUnsignedString(account.before + 1) + " to "
						+ Long.toUnsignedString(end) + " that belong into " + account.file
						+ " are missing: a line or a file was removed, or appends failed");
			}
		}
		return phrases;
	}

	/**
	 * The sequences that belong into one file.
	 */
	private static final class Account {

		private final String file;

		private final long before;

		private long count;

		private Account(String file, long before) {
			this.file = file;
			this.before = before;
		}

	}

}
