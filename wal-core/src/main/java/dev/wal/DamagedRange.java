// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * A part of the log that cannot be read although it was acknowledged as durable.
 *
 * @param segment the file name of the segment
 * @param offset the byte offset where the damage begins
 * @param length the number of bytes up to the next readable block or the end of the
 * segment
 * @param firstLsn the first LSN that is lost
 * @param lastLsn the last LSN that is lost, or an upper bound where the log cannot tell
 * @param reason what is wrong
 */
public record DamagedRange(String segment, long offset, long length, Lsn firstLsn, Lsn lastLsn, String reason) {

	@Override
	public String toString() {
		return this.segment + " at offset " + this.offset + " (" + this.length + " bytes, LSN " + this.firstLsn + " to "
				+ this.lastLsn + "): " + this.reason;
	}

}
