// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

/**
 * Something in an older log that is not a good record, or that should be there and is
 * not.
 *
 * @param kind how bad it is
 * @param file the name of the file
 * @param offset the byte offset in the file where it begins
 * @param length the number of bytes concerned; 0 if something is missing there
 * @param reason what is wrong, as a phrase without any content of a record
 */
public record LegacyFinding(Kind kind, String file, long offset, long length, String reason) {

	@Override
	public String toString() {
		return this.file + " at offset " + this.offset + ((this.length != 0) ? " (" + this.length + " bytes)" : "")
				+ ": " + this.reason;
	}

	/**
	 * How bad a finding is.
	 */
	public enum Kind {

		/**
		 * What was written and acknowledged cannot be read, or is missing. Under
		 * {@link dev.wal.CorruptionPolicy#FAIL} nothing is imported.
		 */
		DAMAGE,

		/**
		 * The log ends with bytes that are no whole record, and no record follows: what a
		 * crash leaves of an append that never returned. They are not imported. None of
		 * the layouts can prove that a last record with a wrong checksum was not
		 * acknowledged.
		 */
		TORN_TAIL,

		/**
		 * Something that the layout does in normal operation, but that means that records
		 * once written are no longer there, such as a beginning that was deleted.
		 */
		NOTICE

	}

}
