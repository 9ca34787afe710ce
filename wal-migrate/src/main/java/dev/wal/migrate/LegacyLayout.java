// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.Locale;

import dev.wal.trace.TraceJournal;

/**
 * The logs that can be imported, with what becomes of their records and what their own
 * checksums leave open: nothing can detect later what they do not cover.
 */
public enum LegacyLayout {

	/**
	 * The workflow log of xerv, {@code wal_<16 hex digits>.log}. The payload is the whole
	 * record, which is what a {@link TraceJournal} writes too: an imported log is a trace
	 * journal. Records have no numbers; the checksum does not cover length, type, trace
	 * and node.
	 */
	XERV(TraceJournal.RECORD_TYPE),

	/**
	 * The log of walogs, {@code wal-<6 digits>.log}, or {@code wal.log} in version 1. The
	 * payload is the data of the entry; records are numbered by their LSN. The checksum
	 * covers everything.
	 */
	WALOGS(0),

	/**
	 * The log of one node of wavekv, {@code node_<id>.wal}. The payload is the state
	 * operation in its bincode encoding; records are numbered by their sequence. The
	 * checksum does not cover the sequence, whose order is checked instead.
	 */
	WAVEKV(0),

	/**
	 * The event log of allsource, {@code wal-<16 hex digits>.log} with one JSON object
	 * per line. The payload is the text of the event as it stands in the line; records
	 * are numbered by their sequence, and delivered in the order of the files as
	 * allsource itself recovers them, which need not be that of the sequences. Only at
	 * the end of the log it shows whether sequences are missing, and that is damage. The
	 * checksum covers the sequence, the time and the id of the event, not its content.
	 */
	ALLSOURCE(0);

	private final int recordType;

	LegacyLayout(int recordType) {
		this.recordType = recordType;
	}

	/**
	 * Return the type that imported records get unless
	 * {@link LegacyImport#recordType(int) another} is chosen.
	 * @return {@link TraceJournal#RECORD_TYPE} for {@link #XERV}, 0 for the others
	 */
	public int recordType() {
		return this.recordType;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
