// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * Checks that the numbers of the records go up by one, across files.
 */
final class Numbering {

	/**
	 * The highest number that a search takes for the first: more records than any log has
	 * ever had, and few enough that noise is hardly taken for one.
	 */
	private static final long MOST_FIRST = 1L << 48;

	private final Kind kind;

	private boolean started;

	private long expected;

	/**
	 * The number that would follow the last one that was refused: when it comes, the
	 * refused one was right, and what is missing is what stood before it.
	 */
	private long alternative;

	private boolean afterDamage;

	private boolean refused;

	Numbering(Kind kind) {
		this.kind = kind;
		this.started = kind == Kind.UNPROTECTED;
		this.expected = 1;
	}

	/**
	 * Check the next number.
	 * @return what is wrong with it, or {@code null}
	 */
	@Nullable String check(OptionalLong id) {
		this.refused = false;
		if (this.kind == Kind.NONE) {
			return null;
		}
		long number = id.orElseThrow();
		if (number == 0) {
			return refuse(number);
		}
		if (this.started && number != this.expected && !isBehindDamage(number)) {
			if (this.kind == Kind.PROTECTED && Long.compareUnsigned(number, this.expected) > 0) {
				String missing = "the records " + Long.toUnsignedString(this.expected) + " to "
						+ Long.toUnsignedString(number - 1) + " are missing";
				accept(number);
				return missing;
			}
			if (this.kind == Kind.PROTECTED || number != this.alternative) {
				return refuse(number);
			}
		}
		accept(number);
		return null;
	}

	private void accept(long number) {
		this.started = true;
		this.expected = number + 1;
		this.alternative = 0;
		this.afterDamage = false;
	}

	/**
	 * Where the number is not covered by a checksum, the record took its place in the
	 * order all the same.
	 */
	private String refuse(long number) {
		String problem = "the record has the number " + Long.toUnsignedString(number) + " where "
				+ (this.started ? Long.toUnsignedString(this.expected) : "1 or more") + " is due";
		this.refused = true;
		if (this.kind == Kind.UNPROTECTED) {
			this.alternative = number + 1;
			this.expected++;
		}
		return problem;
	}

	/**
	 * Return whether the record that was checked last must not be delivered.
	 */
	boolean isRefused() {
		return this.refused;
	}

	private boolean isBehindDamage(long number) {
		return this.afterDamage && Long.compareUnsigned(number, this.expected) > 0;
	}

	/**
	 * Return whether a record may follow so many lost records.
	 */
	boolean isPlausible(OptionalLong id, long mostLost) {
		return id.isEmpty() || isPlausible(id.getAsLong(), mostLost);
	}

	/**
	 * Return whether a record with this number may follow so many lost records.
	 */
	boolean isPlausible(long id, long mostLost) {
		if (!this.started) {
			return id > 0 && id <= MOST_FIRST;
		}
		return Long.compareUnsigned(id - this.expected, mostLost) <= 0;
	}

	/**
	 * Expect that numbers are missing because records were lost.
	 */
	void damaged() {
		this.afterDamage = true;
	}

	/**
	 * How records are numbered.
	 */
	enum Kind {

		/**
		 * Not at all.
		 */
		NONE,

		/**
		 * From any number on, covered by the checksum of the record.
		 */
		PROTECTED,

		/**
		 * From 1 on, not covered by any checksum.
		 */
		UNPROTECTED

	}

}
