// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.file.Path;

/**
 * The JSON lines of allsource.
 */
final class AllsourceFormat implements LegacyFormat {

	/**
	 * A line is an envelope around the event.
	 */
	private static final int ENVELOPE = 4096;

	private final int maxLineLength;

	private final SequenceLedger ledger;

	AllsourceFormat(LegacySource source, int maxRecordSize) {
		requireJackson(source.path());
		this.maxLineLength = (int) Math.min(Integer.MAX_VALUE - 64L, (long) maxRecordSize + ENVELOPE);
		this.ledger = new SequenceLedger(source.files());
	}

	/**
	 * The dependency is optional: say so before a class is missing somewhere deep down.
	 */
	private static void requireJackson(Path source) {
		try {
			Class.forName("tools.jackson.core.JsonParser", false, AllsourceFormat.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new LegacyFormatException(LegacyLayout.ALLSOURCE, source,
					"its lines are JSON, and tools.jackson.core:jackson-core is not on the class path");
		}
	}

	@Override
	public LegacyCursor open(LegacyFile file, FileProgress progress, boolean last) {
		this.ledger.begin(file.name());
		return new LineCursor(file, progress, this.ledger, this.maxLineLength, last);
	}

}
