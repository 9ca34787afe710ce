// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.List;
import java.util.OptionalLong;

/**
 * What was found in one file of an older log.
 *
 * @param file the name of the file
 * @param size its size in bytes
 * @param outcome how far it was read
 * @param records the number of good records that were delivered
 * @param payloadBytes the bytes of their payloads together
 * @param firstId the number of the first of them, unsigned; empty where there is none
 * @param lastId the number of the last of them, unsigned; empty where there is none
 * @param findings what was found besides good records, the first {@link #MAX_FINDINGS} of
 * it
 * @param findingCount how much was found altogether
 * @param damageCount how much of that is damage
 */
public record LegacyFileReport(String file, long size, Outcome outcome, long records, long payloadBytes,
		OptionalLong firstId, OptionalLong lastId, List<LegacyFinding> findings, long findingCount, long damageCount) {

	/**
	 * The number of findings in one file that are kept; more are only counted.
	 */
	public static final int MAX_FINDINGS = 1000;

	/**
	 * Create a report.
	 * @param file the name of the file
	 * @param size its size in bytes
	 * @param outcome how far it was read
	 * @param records the number of good records that were delivered
	 * @param payloadBytes the bytes of their payloads together
	 * @param firstId the number of the first of them, unsigned; empty where there is none
	 * @param lastId the number of the last of them, unsigned; empty where there is none
	 * @param findings what was found besides good records, the first
	 * {@link #MAX_FINDINGS} of it
	 * @param findingCount how much was found altogether
	 * @param damageCount how much of that is damage
	 */
	public LegacyFileReport {
		findings = List.copyOf(findings);
	}

	/**
	 * How far a file was read.
	 */
	public enum Outcome {

		/**
		 * To its end, past damage if there was some.
		 */
		READ,

		/**
		 * Up to its first damage.
		 */
		STOPPED,

		/**
		 * Not at all, or not yet to the end: reading stopped in an earlier file, or the
		 * reader was closed.
		 */
		NOT_READ

	}

}
