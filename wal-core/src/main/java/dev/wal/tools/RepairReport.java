// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.nio.file.Path;
import java.util.List;

/**
 * What repairing a log did.
 *
 * @param directory the directory
 * @param before the verdict before: its damage is what was lost, its records are what was
 * kept
 * @param after the verdict after
 * @param kept the names of the side files in the directory, with what is no longer part
 * of the log: removed bytes and replaced files
 */
public record RepairReport(Path directory, VerificationReport before, VerificationReport after, List<String> kept) {

	/**
	 * Create a report.
	 */
	public RepairReport {
		kept = List.copyOf(kept);
	}

}
