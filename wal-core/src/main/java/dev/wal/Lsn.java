// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.Serializable;

/**
 * The log sequence number of one record: its position in the order of the log.
 * <p>
 * LSNs are dense. The first record of a log has {@link #FIRST}, every further one the
 * next number, and a number is never given to another record for the life of the log: no
 * restart, rotation, checkpoint or reset changes that. The 64 bits are unsigned.
 *
 * @param value the number; 0 stands for {@link #NONE}
 */
public record Lsn(long value) implements Comparable<Lsn>, Serializable {

	/**
	 * No record: what an empty log reports as its last LSN.
	 */
	public static final Lsn NONE = new Lsn(0);

	/**
	 * The LSN of the first record of every log.
	 */
	public static final Lsn FIRST = new Lsn(1);

	/**
	 * Return the LSN with the given number.
	 * @param value the number, read as unsigned
	 * @return the LSN
	 */
	public static Lsn of(long value) {
		return (value == 0) ? NONE : new Lsn(value);
	}

	/**
	 * Return the LSN of the record after this one.
	 * @return the next LSN
	 */
	public Lsn next() {
		return new Lsn(this.value + 1);
	}

	/**
	 * Return whether this is the LSN of no record.
	 * @return {@code true} for {@link #NONE}
	 */
	public boolean isNone() {
		return this.value == 0;
	}

	/**
	 * Return whether this record comes after another in the log.
	 * @param other the LSN to compare with
	 * @return {@code true} if this LSN is the greater one
	 */
	public boolean isAfter(Lsn other) {
		return compareTo(other) > 0;
	}

	@Override
	public int compareTo(Lsn other) {
		return Long.compareUnsigned(this.value, other.value);
	}

	@Override
	public String toString() {
		return Long.toUnsignedString(this.value);
	}

}
