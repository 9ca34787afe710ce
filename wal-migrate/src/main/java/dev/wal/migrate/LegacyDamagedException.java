// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import dev.wal.WalException;

/**
 * An older log is damaged, and {@link dev.wal.CorruptionPolicy#FAIL} does not allow to go
 * on. Nothing was changed or imported.
 */
public class LegacyDamagedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient LegacyImportReport report;

	/**
	 * Create an exception.
	 * @param report what was found, damage included
	 */
	public LegacyDamagedException(LegacyImportReport report) {
		super(message(report));
		this.report = report;
	}

	private static String message(LegacyImportReport report) {
		return report.damage().orElse("The log is damaged") + ". Nothing was changed or imported. With the policy"
				+ " TRUNCATE an import has what stands before the damage, with SKIP every record that can be"
				+ " read.";
	}

	/**
	 * Return what was found.
	 * @return the report
	 */
	public LegacyImportReport report() {
		return this.report;
	}

}
