// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;
import java.util.List;

/**
 * What opening the log found and did.
 *
 * @param duration how long it took
 * @param segments the number of segments
 * @param scannedSegments the number of segments that were verified completely
 * @param scannedRecords the number of records in them
 * @param scannedBytes the number of bytes read from them
 * @param firstLsn the first LSN that can be read, or {@link Lsn#NONE}
 * @param lastLsn the last LSN of the log, or {@link Lsn#NONE}
 * @param checkpointLsn the checkpoint that was found, or {@link Lsn#NONE}
 * @param provenLsn the highest LSN that the log itself proves to have been durable
 * @param rewrittenRecords the number of records above {@code provenLsn} that were written
 * and forced again
 * @param cleanShutdown whether the log had been closed
 * @param tail how the log ended
 * @param damage acknowledged data that was lost or is skipped; empty unless the
 * corruption policy allows either
 */
public record RecoveryReport(Duration duration, int segments, int scannedSegments, long scannedRecords,
		long scannedBytes, Lsn firstLsn, Lsn lastLsn, Lsn checkpointLsn, Lsn provenLsn, long rewrittenRecords,
		boolean cleanShutdown, TailState tail, List<DamagedRange> damage) {

	/**
	 * Create a report.
	 */
	public RecoveryReport {
		damage = List.copyOf(damage);
	}

}
