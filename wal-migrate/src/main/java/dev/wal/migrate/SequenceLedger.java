// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.LegacySource.NumberedFile;
import dev.wal.migrate.SequenceSet.Range;

/**
 * Tells whether all sequences of an allsource log are there. A file is named after the
 * last sequence before it, so those from there up to the name of the next file belong
 * into it. They need not stand there: threads race for the rotation, and a restart goes
 * on in the first file. So each is counted where it belongs, however often it comes, and
 * judged only at the end of the log.
 */
final class SequenceLedger {

	/**
	 * More gaps than any log has. What comes into the lowest of more is taken for
	 * repeated: memory stays bounded, and no loss is hidden.
	 */
	private static final int MAX_RANGES = 100_000;

	private final NavigableMap<Long, Account> accounts = new TreeMap<>(Long::compareUnsigned);

	private final Map<String, Account> files = new LinkedHashMap<>();

	private final SequenceSet seen = new SequenceSet();

	private final SequenceSet claimed = new SequenceSet();

	private final int maxRanges;

	private Account current = new Account("", 0);

	private long highest;

	private long settledTo;

	private boolean repeated;

	SequenceLedger(List<NumberedFile> files) {
		this(files, MAX_RANGES);
	}

	SequenceLedger(List<NumberedFile> files, int maxRanges) {
		this.maxRanges = maxRanges;
		for (NumberedFile file : files) {
			Account account = new Account(file.name(), file.number());
			this.accounts.put(file.number(), account);
			this.files.put(file.name(), account);
		}
	}

	void begin(String file) {
		this.current = this.files.getOrDefault(file, this.current);
	}

	/**
	 * Count an entry.
	 * @return whether it is the first of the log that repeats a sequence
	 */
	boolean count(long sequence) {
		this.current.entries++;
		if (Long.compareUnsigned(sequence, this.highest) > 0) {
			this.highest = sequence;
		}
		if (Long.compareUnsigned(sequence, this.settledTo) <= 0 || !this.seen.add(sequence)) {
			boolean first = !this.repeated;
			this.repeated = true;
			return first;
		}
		if (this.seen.size() > this.maxRanges) {
			settle(this.seen.removeLowest());
		}
		return false;
	}

	/**
	 * Count a line that was reported by itself, and says which sequence it has. Where
	 * another entry has that one, the line does not account for any that is missing.
	 */
	void countClaimed(String sequence) {
		this.claimed.add(Long.parseUnsignedLong(sequence));
		if (this.claimed.size() > this.maxRanges) {
			this.claimed.removeLowest();
		}
	}

	/**
	 * Count a line that was reported by itself, and does not say which sequence it has.
	 */
	void countDamaged() {
		this.current.damaged++;
	}

	private void settle(Range range) {
		this.settledTo = range.last();
		long next = range.first();
		while (Long.compareUnsigned(next, range.last()) <= 0) {
			Map.Entry<Long, Account> entry = this.accounts.lowerEntry(next);
			Long end = this.accounts.ceilingKey(next);
			long last = (end != null && Long.compareUnsigned(end, range.last()) < 0) ? end : range.last();
			if (entry != null) {
				entry.getValue().present += last - next + 1;
			}
			if (last == range.last()) {
				return;
			}
			next = last + 1;
		}
	}

	private void settleAll() {
		while (this.claimed.size() > 0) {
			Range claim = this.claimed.removeLowest();
			for (long number = claim.first(); number != claim.last() + 1; number++) {
				if (Long.compareUnsigned(number, this.settledTo) > 0
						&& Long.compareUnsigned(number, this.highest) <= 0) {
					this.seen.add(number);
				}
			}
		}
		while (this.seen.size() > 0) {
			settle(this.seen.removeLowest());
		}
	}

	/**
	 * Judge the log, which has come to its end.
	 * @return what is missing, for each file
	 */
	List<Gap> gaps() {
		settleAll();
		List<Gap> gaps = new ArrayList<>();
		for (Account account : this.accounts.values()) {
			Long next = this.accounts.higherKey(account.before);
			long end = (next != null) ? next : this.highest;
			long found = account.present + account.damaged;
			if (Long.compareUnsigned(end, account.before) > 0
					&& Long.compareUnsigned(end - account.before, found) > 0) {
				gaps.add(account.gap(end));
			}
		}
		return gaps;
	}

	/**
	 * Entries that are missing.
	 *
	 * @param kind how bad it is
	 * @param reason a phrase
	 */
	record Gap(Kind kind, String reason) {
	}

	/**
	 * The sequences that belong into one file, and the lines that stand there.
	 */
	private static final class Account {

		private final String file;

		private final long before;

		private long present;

		private long entries;

		private long damaged;

		private Account(String file, long before) {
			this.file = file;
			this.before = before;
		}

		private Gap gap(long end) {
			String belonging = "the entries " + Long.toUnsignedString(this.before + 1) + " to "
					+ Long.toUnsignedString(end) + " that belong into " + this.file;
			if (isNew()) {
				return new Gap(Kind.NOTICE, belonging + " are missing, and it holds later ones: retention deleted it"
						+ " and a restart created it again, or they are lost");
			}
			return new Gap(Kind.DAMAGE, Long.toUnsignedString(end - this.before - this.present - this.damaged) + " of "
					+ belonging + " are missing: a line or a file was removed, or appends failed");
		}

		/**
		 * Every start opens the file with the number 0, also if retention has deleted it.
		 */
		private boolean isNew() {
			return this.before == 0 && this.present == 0 && this.damaged == 0 && this.entries > 0;
		}

	}

}
