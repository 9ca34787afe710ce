// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.actuate.endpoint;

import java.util.List;

import dev.wal.DamagedRange;
import dev.wal.LocalRecovery;
import dev.wal.LsnRange;
import dev.wal.RecoveryReport;
import dev.wal.TailState;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.spring.lifecycle.OpenLog;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that shows the end of the write-ahead log: how it was when
 * the log was opened, what recovery found and did, and where it is now. Shows no record.
 * An LSN of 0 means "none".
 */
@Endpoint(id = "waltail", defaultAccess = Access.READ_ONLY)
public class WalTailEndpoint {

	private final WriteAheadLog wal;

	/**
	 * Create an endpoint.
	 * @param wal the log
	 */
	public WalTailEndpoint(WriteAheadLog wal) {
		this.wal = wal;
	}

	/**
	 * Describe the tail. Takes no lock of the log and never opens it.
	 * @return the positions and, if the log is open, the tail and the recovery
	 */
	@ReadOperation
	public TailDescriptor tail() {
		TailState tail = OpenLog.tailState(this.wal);
		RecoveryReport recovery = OpenLog.recoveryReport(this.wal);
		WalStatus status = this.wal.status();
		return new TailDescriptor(status.state(), PositionsDescriptor.of(status),
				(tail != null) ? TailStateDescriptor.of(tail) : null,
				(recovery != null) ? RecoveryDescriptor.of(recovery, OpenLog.localRecovery(this.wal)) : null);
	}

	/**
	 * Description of the end of the log.
	 *
	 * @param state the state of the log
	 * @param positions the first and last LSN of the log
	 * @param tail the end of the log when it was opened
	 * @param recovery what recovery found and did
	 */
	public record TailDescriptor(WalState state, PositionsDescriptor positions, @Nullable TailStateDescriptor tail,
			@Nullable RecoveryDescriptor recovery) implements OperationResponseBody {
	}

	/**
	 * Description of the positions.
	 *
	 * @param firstLsn the first LSN that can be read
	 * @param lastLsn the LSN of the last record
	 * @param durableLsn the LSN up to which every record is on the disk
	 * @param checkpointLsn the last checkpoint
	 * @param unsyncedRecords the number of records that are not forced
	 * @param oldestUnsynced the age of the oldest of them
	 */
	public record PositionsDescriptor(long firstLsn, long lastLsn, long durableLsn, long checkpointLsn,
			long unsyncedRecords, String oldestUnsynced) {

		static PositionsDescriptor of(WalStatus status) {
			// The two LSNs are read one after the other, so the durable one may be newer.
			long unsynced = status.lastLsn().isAfter(status.durableLsn())
					? status.lastLsn().value() - status.durableLsn().value() : 0;
			return new PositionsDescriptor(status.firstLsn().value(), status.lastLsn().value(),
					status.durableLsn().value(), status.checkpointLsn().value(), unsynced,
					status.oldestUnsynced().toString());
		}

	}

	/**
	 * Description of the end of the log when it was opened.
	 *
	 * @param kind whether the tail was clean
	 * @param place the file of the newest segment that has records
	 * @param offset the byte offset in it where the valid log ended
	 * @param cutBytes the number of bytes that were removed
	 * @param expectedLsn the LSN that the next record must have
	 * @param provenLsn the highest LSN that is proven to have been durable
	 * @param confirmed whether it is certain that nothing is missing at the end
	 * @param reason what was wrong with the removed bytes
	 * @param savedAs the file that keeps the removed bytes
	 */
	public record TailStateDescriptor(TailState.Kind kind, @Nullable String place, long offset, long cutBytes,
			long expectedLsn, long provenLsn, boolean confirmed, @Nullable String reason, @Nullable String savedAs) {

		static TailStateDescriptor of(TailState tail) {
			return new TailStateDescriptor(tail.kind(), tail.place(), tail.offset(), tail.cutBytes(),
					tail.expectedLsn().value(), tail.provenLsn().value(), tail.confirmed(), tail.reason(),
					tail.savedAs());
		}

	}

	/**
	 * Description of the recovery.
	 *
	 * @param duration the time it took
	 * @param cleanShutdown whether the log was closed cleanly before
	 * @param segments the number of segments
	 * @param scannedSegments the number of segments that were verified completely
	 * @param scannedRecords the number of records in them
	 * @param scannedBytes the number of bytes read from them
	 * @param firstLsn the first LSN that can be read
	 * @param lastLsn the last LSN
	 * @param checkpointLsn the checkpoint
	 * @param provenLsn the highest LSN that the log proves to have been durable
	 * @param rewrittenRecords the number of records above that LSN that were written
	 * again
	 * @param lostRecords the number of acknowledged records that were given up
	 * @param lost the LSNs of these records
	 * @param damage acknowledged data that is lost or skipped
	 */
	public record RecoveryDescriptor(String duration, boolean cleanShutdown, @Nullable Integer segments,
			@Nullable Integer scannedSegments, long scannedRecords, long scannedBytes, long firstLsn, long lastLsn,
			long checkpointLsn, long provenLsn, long rewrittenRecords, long lostRecords, List<LsnRangeDescriptor> lost,
			List<DamageDescriptor> damage) {

		static RecoveryDescriptor of(RecoveryReport report, @Nullable LocalRecovery files) {
			return new RecoveryDescriptor(report.duration().toString(), report.cleanShutdown(),
					(files != null) ? files.segments() : null, (files != null) ? files.scannedSegments() : null,
					report.scannedRecords(), report.scannedBytes(), report.firstLsn().value(), report.lastLsn().value(),
					report.checkpointLsn().value(), report.provenLsn().value(), report.rewrittenRecords(),
					report.loss().records(), report.loss().ranges().stream().map(LsnRangeDescriptor::of).toList(),
					report.damage().stream().map(DamageDescriptor::of).toList());
		}

	}

	/**
	 * Description of LSNs that follow each other.
	 *
	 * @param firstLsn the first one
	 * @param lastLsn the last one
	 */
	public record LsnRangeDescriptor(long firstLsn, long lastLsn) {

		static LsnRangeDescriptor of(LsnRange range) {
			return new LsnRangeDescriptor(range.first().value(), range.last().value());
		}

	}

	/**
	 * Description of damage.
	 *
	 * @param segment the file of the segment
	 * @param offset the byte offset of its start
	 * @param length the number of bytes
	 * @param firstLsn the first lost LSN
	 * @param lastLsn the last lost LSN
	 * @param reason what is wrong
	 */
	public record DamageDescriptor(String segment, long offset, long length, long firstLsn, long lastLsn,
			String reason) {

		static DamageDescriptor of(DamagedRange range) {
			return new DamageDescriptor(range.segment(), range.offset(), range.length(), range.firstLsn().value(),
					range.lastLsn().value(), range.reason());
		}

	}

}
