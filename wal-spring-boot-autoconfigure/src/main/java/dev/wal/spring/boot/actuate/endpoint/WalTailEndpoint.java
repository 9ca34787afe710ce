package dev.wal.spring.boot.actuate.endpoint;

import java.util.List;

import dev.wal.DamagedRange;
import dev.wal.LocalRecovery;
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
 * {@link Endpoint @Endpoint} to see how the write-ahead log ended when it was opened,
 * what its recovery found and did, and where its end is now. Shows no record. An LSN of 0
 * stands for none.
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
	 * @return the tail and the recovery, unless the log is not open, and the positions
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
	 * @param state what can be done with the log
	 * @param positions where the log begins and ends now
	 * @param tail how it ended when it was opened
	 * @param recovery what opening it found and did
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
	 * @param unsyncedRecords the number of records that are not on the disk yet
	 * @param oldestUnsynced for how long the oldest of them has been written
	 */
	public record PositionsDescriptor(long firstLsn, long lastLsn, long durableLsn, long checkpointLsn,
			long unsyncedRecords, String oldestUnsynced) {

		static PositionsDescriptor of(WalStatus status) {
			// Read one after the other, so that the durable LSN may be the newer figure.
			long unsynced = status.lastLsn().isAfter(status.durableLsn())
					? status.lastLsn().value() - status.durableLsn().value() : 0;
			return new PositionsDescriptor(status.firstLsn().value(), status.lastLsn().value(),
					status.durableLsn().value(), status.checkpointLsn().value(), unsynced,
					status.oldestUnsynced().toString());
		}

	}

	/**
	 * Description of how the log ended when it was opened.
	 *
	 * @param kind whether anything was cut
	 * @param place the file of the newest segment with records
	 * @param offset the offset in it where the valid log ended
	 * @param cutBytes the number of bytes cut off
	 * @param expectedLsn the LSN that the next record had to have
	 * @param reason what was wrong with the bytes that were cut
	 * @param savedAs the file that keeps them
	 */
	public record TailStateDescriptor(TailState.Kind kind, @Nullable String place, long offset, long cutBytes,
			long expectedLsn, @Nullable String reason, @Nullable String savedAs) {

		static TailStateDescriptor of(TailState tail) {
			return new TailStateDescriptor(tail.kind(), tail.place(), tail.offset(), tail.cutBytes(),
					tail.expectedLsn().value(), tail.reason(), tail.savedAs());
		}

	}

	/**
	 * Description of the recovery.
	 *
	 * @param duration how long it took
	 * @param cleanShutdown whether the log had been closed
	 * @param segments the number of segments, for a log in files
	 * @param scannedSegments the number of segments verified completely, for a log in
	 * files
	 * @param scannedRecords the number of records verified
	 * @param scannedBytes the number of bytes read for that
	 * @param firstLsn the first LSN that could be read
	 * @param lastLsn the last LSN
	 * @param checkpointLsn the checkpoint that was found
	 * @param provenLsn the highest LSN that the log itself proves to have been durable
	 * @param rewrittenRecords the number of records above it that were written again
	 * @param damage acknowledged data that was lost or is skipped
	 */
	public record RecoveryDescriptor(String duration, boolean cleanShutdown, @Nullable Integer segments,
			@Nullable Integer scannedSegments, long scannedRecords, long scannedBytes, long firstLsn, long lastLsn,
			long checkpointLsn, long provenLsn, long rewrittenRecords, List<DamageDescriptor> damage) {

		static RecoveryDescriptor of(RecoveryReport report, @Nullable LocalRecovery files) {
			return new RecoveryDescriptor(report.duration().toString(), report.cleanShutdown(),
					(files != null) ? files.segments() : null, (files != null) ? files.scannedSegments() : null,
					report.scannedRecords(), report.scannedBytes(), report.firstLsn().value(), report.lastLsn().value(),
					report.checkpointLsn().value(), report.provenLsn().value(), report.rewrittenRecords(),
					report.damage().stream().map(DamageDescriptor::of).toList());
		}

	}

	/**
	 * Description of damage.
	 *
	 * @param segment the file of the segment
	 * @param offset the byte offset where it begins
	 * @param length the number of bytes
	 * @param firstLsn the first LSN that is lost
	 * @param lastLsn the last LSN that is lost
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
