// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;
import java.util.List;

/**
 * What opening the log found and did.
 *
 * @param duration how long it took
 * @param scannedRecords the number of records that were verified
 * @param scannedBytes the number of bytes that were read for that
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
public record RecoveryReport(Duration duration, long scannedRecords, long scannedBytes, Lsn firstLsn, Lsn lastLsn,
		Lsn checkpointLsn, Lsn provenLsn, long rewrittenRecords, boolean cleanShutdown, TailState tail,
		List<DamagedRange> damage) {

	/**
	 * Create a report.
	 */
	public RecoveryReport {
		damage = List.copyOf(damage);
	}

}
