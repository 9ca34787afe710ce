package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import dev.wal.Compression;
import dev.wal.CorruptionPolicy;
import dev.wal.Overflow;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Configuration properties for the write-ahead log.
 * <p>
 * The annotations are checked where there is a validator on the class path. Everything
 * that they say, and every bound that needs more than one property, is checked again by
 * {@link WalPropertiesMapper} and the log itself.
 *
 * @param enabled Whether there is a write-ahead log.
 * @param directory Directory of the log, created with all its parents if it does not
 * exist.
 * @param owner Name of the application that owns the log. Stored when the log is created;
 * opening it under another name fails.
 * @param segmentSize Size at which the log starts a new segment. 0 turns rotation by size
 * off and requires 'preallocate' to be false.
 * @param maxRecordSize Largest payload of a record that is accepted.
 * @param maxBatchSize Largest batch that is accepted, as the sum of its payloads and 5
 * bytes for each.
 * @param writeBufferSize Bytes that one group commit gathers before further appends wait.
 * The log uses two direct buffers of this size.
 * @param preallocate Whether segments are filled with zeros ahead of the appends, and the
 * next one is prepared in the background.
 * @param compression How blocks are compressed. Anything but 'none' needs its library on
 * the class path.
 * @param maxInFlight Payload bytes of asynchronous appends that may wait for the disk.
 * @param overflow What an asynchronous append does when that many bytes wait.
 * @param corruptionPolicy What opening does when acknowledged data is damaged.
 * @param recoveryScan How much opening verifies.
 * @param tornBytesKept Total size of the .torn files that keep the bytes of torn tails. 0
 * keeps none.
 * @param retention how long segments stay that a checkpoint has released
 * @param sync when appended records are forced to the disk
 * @param checkpoint how checkpoints are scheduled
 * @param snapshot how the state of the application is kept in snapshots
 * @param replay how the log is replayed when the application starts
 * @param trace the journal of traces in the log
 */
@Validated
@ConfigurationProperties("wal")
public record WalProperties(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("./data/wal") Path directory,
		@Nullable String owner, @NotNull @DefaultValue("64MB") DataSize segmentSize,
		@NotNull @DefaultValue("16MB") DataSize maxRecordSize, @NotNull @DefaultValue("64MB") DataSize maxBatchSize,
		@NotNull @DefaultValue("1MB") DataSize writeBufferSize, @DefaultValue("true") boolean preallocate,
		@NotNull @DefaultValue("none") Compression compression, @NotNull @DefaultValue("64MB") DataSize maxInFlight,
		@NotNull @DefaultValue("block") Overflow overflow,
		@NotNull @DefaultValue("fail") CorruptionPolicy corruptionPolicy,
		@NotNull @DefaultValue("headers") RecoveryScan recoveryScan,
		@NotNull @DefaultValue("64MB") DataSize tornBytesKept, @Valid @DefaultValue Retention retention,
		@Valid @DefaultValue Sync sync, @Valid @DefaultValue Checkpoint checkpoint,
		@Valid @DefaultValue Snapshot snapshot, @Valid @DefaultValue Replay replay, @Valid @DefaultValue Trace trace) {

	/**
	 * How long segments stay that a checkpoint has released. Without any limit they are
	 * deleted at once.
	 *
	 * @param maxSegments Number of segments above which the oldest released ones are
	 * deleted.
	 * @param maxSize Size of all segments above which the oldest released ones are
	 * deleted.
	 * @param maxAge Time since its last record after which a released segment is deleted.
	 */
	public record Retention(@Nullable @Min(0) Integer maxSegments, @Nullable DataSize maxSize,
			@Nullable Duration maxAge) {
	}

	/**
	 * When appended records are forced to the disk.
	 *
	 * @param mode What an append waits for.
	 * @param interval Longest time that a record stays unforced. Only with the mode
	 * 'interval'.
	 */
	public record Sync(@NotNull @DefaultValue("always") SyncPolicy.Mode mode, @Nullable Duration interval) {

		/** In effect if the mode is 'interval' and no interval is set. */
		static final Duration DEFAULT_INTERVAL = Duration.ofMillis(100);

	}

	/**
	 * How checkpoints are scheduled.
	 *
	 * @param enabled Whether the application is asked regularly how far it has applied
	 * the log, so that old segments can be deleted.
	 * @param interval Time between the end of one checkpoint and the start of the next.
	 * @param everyRecords Number of records appended since the last checkpoint after
	 * which the next one does not wait for the interval.
	 * @param everyBytes Size of what was written to the log since the last checkpoint
	 * after which the next one does not wait for the interval.
	 */
	public record Checkpoint(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("1m") Duration interval,
			@Nullable @Min(1) Long everyRecords, @Nullable DataSize everyBytes) {
	}

	/**
	 * How the state of the application is kept in snapshots, where there are
	 * WalSnapshotHandler beans.
	 *
	 * @param enabled Whether snapshots are taken with the scheduled checkpoints. The
	 * newest one is restored all the same.
	 * @param directory Directory of the snapshots, created with all its parents if it
	 * does not exist. Without a value it is 'snapshots' below the directory of the log.
	 * @param kept Number of snapshots to keep. The log keeps every record that the oldest
	 * of them needs.
	 * @param interval Time between the end of one snapshot and the start of the next.
	 * @param everyRecords Number of records appended since the last snapshot after which
	 * the next one does not wait for the interval.
	 * @param everyBytes Size of what was written to the log since the last snapshot after
	 * which the next one does not wait for the interval.
	 */
	public record Snapshot(@DefaultValue("true") boolean enabled, @Nullable Path directory,
			@Min(1) @DefaultValue("2") int kept, @NotNull @DefaultValue("5m") Duration interval,
			@Nullable @Min(1) Long everyRecords, @Nullable DataSize everyBytes) {
	}

	/**
	 * The journal of traces in the log.
	 *
	 * @param enabled Whether there is a journal of workflow executions in the log, and
	 * those that did not end are recovered when the application starts.
	 */
	public record Trace(@DefaultValue("false") boolean enabled) {
	}

	/**
	 * How the log is replayed when the application starts.
	 *
	 * @param enabled Whether the records above the checkpoint are given to the
	 * WalReplayHandler beans when the application starts.
	 * @param phase When the replay takes place.
	 * @param onError What happens when a handler throws.
	 * @param maxAttempts Number of times that a handler is given a record before the
	 * start of the application fails. Only with the policy 'retry'.
	 * @param backoff Time before a handler is given a record again. Only with the policy
	 * 'retry'.
	 * @param progressInterval Time between two lines in the application's log about the
	 * progress of a replay.
	 */
	public record Replay(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("runner") Phase phase,
			@NotNull @DefaultValue("fail") OnError onError, @Nullable @Min(1) Integer maxAttempts,
			@Nullable Duration backoff, @NotNull @DefaultValue("10s") Duration progressInterval) {

		/** In effect if the policy is 'retry' and no number of attempts is set. */
		static final int DEFAULT_MAX_ATTEMPTS = 3;

		/** In effect if the policy is 'retry' and no backoff is set. */
		static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(1);

		/**
		 * When the replay takes place.
		 */
		public enum Phase {

			/**
			 * In an ApplicationRunner, before the application reports that it is ready
			 * for traffic. The web server answers already.
			 */
			RUNNER,

			/**
			 * Before the web server accepts its first connection and message listeners
			 * start.
			 */
			BEFORE_WEB_SERVER

		}

		/**
		 * What happens when a handler throws.
		 */
		public enum OnError {

			/**
			 * The start of the application fails.
			 */
			FAIL,

			/**
			 * The handler is given the record again after a pause. The start fails when
			 * all attempts have.
			 */
			RETRY,

			/**
			 * The record is given to the WalDeadLetterHandler beans, and the replay goes
			 * on.
			 */
			SKIP

		}

	}

}
