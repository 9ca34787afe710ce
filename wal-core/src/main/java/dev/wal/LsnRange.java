// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.Serializable;

/**
 * The LSNs that one batch got: consecutive, in the order of its records.
 *
 * @param first the LSN of the first record, or {@link Lsn#NONE} if the batch was empty
 * @param last the LSN of the last record, or {@link Lsn#NONE} if the batch was empty
 */
public record LsnRange(Lsn first, Lsn last) implements Serializable {

	/**
	 * The range of an empty batch.
	 */
	public static final LsnRange EMPTY = new LsnRange(Lsn.NONE, Lsn.NONE);

	/**
	 * Return the number of records in the range.
	 * @return the number of LSNs, 0 for {@link #EMPTY}
	 */
	public long count() {
		return this.first.isNone() ? 0 : this.last.value() - this.first.value() + 1;
	}

	@Override
	public String toString() {
		if (this.first.isNone()) {
			return "none";
		}
		return this.first.equals(this.last) ? this.first.toString() : this.first + " to " + this.last;
	}

}
