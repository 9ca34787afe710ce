// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.List;

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
		List<LegacyFinding> damage = report.findings(LegacyFinding.Kind.DAMAGE);
		return "The " + report.layout() + " log in " + report.source() + " is damaged: " + damage.get(0)
				+ ((damage.size() > 1) ? ", and in " + (damage.size() - 1) + " other place(s)" : "")
				+ ". Nothing was changed. Import what is before the damage (TRUNCATE) or all that can be read (SKIP)"
				+ " if the rest may be given up.";
	}

	/**
	 * Return what was found.
	 * @return the report
	 */
	public LegacyImportReport report() {
		return this.report;
	}

}
