// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

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
		this.maxLineLength = (int) Math.min(Integer.MAX_VALUE - 64L, (long) maxRecordSize + ENVELOPE);
		this.ledger = new SequenceLedger(source.files());
	}

	@Override
	public LegacyCursor open(LegacyFile file, FileProgress progress, boolean last) {
		this.ledger.begin(file.name());
		return new LineCursor(file, progress, this.ledger, this.maxLineLength, last);
	}

}
