// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.util.List;

/**
 * The acknowledged records that a log gave up, because the {@link CorruptionPolicy}
 * allows it.
 *
 * @param records how many
 * @param ranges their LSNs, in order
 * @param bytes how many bytes of segments cannot be read or are no longer part of the log
 */
public record RecordLoss(long records, List<LsnRange> ranges, long bytes) {

	/**
	 * Nothing was given up.
	 */
	public static final RecordLoss NONE = new RecordLoss(0, List.of(), 0);

	/**
	 * Create a loss.
	 */
	public RecordLoss {
		ranges = List.copyOf(ranges);
	}

	/**
	 * Return whether nothing was given up.
	 * @return {@code true} if no record is lost
	 */
	public boolean isNone() {
		return this.records == 0;
	}

}
