// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;

import dev.wal.Compression;
import dev.wal.CorruptionPolicy;
import dev.wal.CreatePolicy;
import dev.wal.Overflow;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Configuration properties for the write-ahead log.
 * <p>
 * The annotations are checked if a validator is on the class path.
 * {@link WalPropertiesMapper} and the log check the same limits again, and those that
 * involve several properties.
 *
 * @param enabled Whether to create the write-ahead log.
 * @param directory Directory of the log, created with all its parents if it does not
 * exist. A relative path starts at the working directory, '~' is the home directory.
 * @param owner Name of the application that owns the log. Stored when the log is created;
 * opening it under another name fails.
 * @param segmentSize Size at which the log starts a new segment. 0 turns rotation by size
 * off and requires 'preallocate' to be false.
 * @param maxRecordSize Largest payload of a record. Larger ones are rejected.
 * @param maxBatchSize Largest batch: the sum of its payloads plus 5 bytes for each
 * record. Larger ones are rejected.
 * @param writeBufferSize Size of a group commit. When it is full, further appends wait.
 * The log uses two direct buffers of this size.
 * @param preallocate Whether segments are filled with zeros before records are written to
 * them. The next segment is prepared in the background.
 * @param compression Compression of blocks. Every value except 'none' requires its
 * library on the class path.
 * @param maxInFlight What the asynchronous appends that wait for the disk may take: their
 * payload, and 128 bytes each.
 * @param overflow What an asynchronous append does when 'max-in-flight' is reached.
 * @param corruptionPolicy What opening the log does when acknowledged data is damaged.
 * @param recoveryScan How much of the log is verified when it is opened.
 * @param create What opening the log does where there is none. With 'never', a volume
 * that is not mounted does not look like a first start.
 * @param tornBytesKept Total size of the .torn files that keep the bytes of torn tails. 0
 * keeps none.
 * @param permissions Permissions of a new directory and of new files, in the form of
 * 'rwxrwx---', whatever the umask is. What exists keeps its own.
 * @param closeTimeout Time that closing the log waits for listeners and other code of the
 * application. After that, the log is closed without them.
 * @param breakLivenessOnFailure Whether a log that has failed makes the liveness state of
 * the application BROKEN, so that the platform restarts it.
 * @param showExceptionMessages Whether health, the endpoints and the analysis of a failed
 * start show the messages of exceptions that the application threw. Set it to false if
 * these messages may quote data.
 * @param lock how the lock of the log is taken
 * @param retention how long released segments are kept
 * @param sync when appended records are forced to the disk
 * @param checkpoint how checkpoints are scheduled
 * @param snapshot how the state of the application is kept in snapshots
 * @param replay how the log is replayed when the application starts
 * @param trace the journal of traces in the log
 * @param types the classes whose values are appended
 * @param json how values are written as JSON
 */
@Validated
@ConfigurationProperties("wal")
public record WalProperties(@DefaultValue("true") boolean enabled,
		@NotNull @DefaultValue("./data/wal") String directory, @Nullable String owner,
		@NotNull @DefaultValue("64MB") DataSize segmentSize, @NotNull @DefaultValue("16MB") DataSize maxRecordSize,
		@NotNull @DefaultValue("64MB") DataSize maxBatchSize, @NotNull @DefaultValue("1MB") DataSize writeBufferSize,
		@DefaultValue("true") boolean preallocate, @NotNull @DefaultValue("none") Compression compression,
		@NotNull @DefaultValue("64MB") DataSize maxInFlight, @NotNull @DefaultValue("block") Overflow overflow,
		@NotNull @DefaultValue("fail") CorruptionPolicy corruptionPolicy,
		@NotNull @DefaultValue("headers") RecoveryScan recoveryScan,
		@NotNull @DefaultValue("if-missing") CreatePolicy create, @NotNull @DefaultValue("64MB") DataSize tornBytesKept,
		@NotNull @DefaultValue("rwx------") String permissions, @NotNull @DefaultValue("10s") Duration closeTimeout,
		@DefaultValue("false") boolean breakLivenessOnFailure, @DefaultValue("true") boolean showExceptionMessages,
		@Valid @DefaultValue Lock lock, @Valid @DefaultValue Retention retention, @Valid @DefaultValue Sync sync,
		@Valid @DefaultValue Checkpoint checkpoint, @Valid @DefaultValue Snapshot snapshot,
		@Valid @DefaultValue Replay replay, @Valid @DefaultValue Trace trace, @Valid @DefaultValue Types types,
		@Valid @DefaultValue Json json) {

	/**
	 * How the lock of the log is taken.
	 *
	 * @param waitTime Time to wait for another process to release the log before the
	 * start of the application fails.
	 */
	public record Lock(@NotNull @Name("wait") @DefaultValue("0s") Duration waitTime) {
	}

	/**
	 * How long segments are kept after a checkpoint has released them. Without any limit
	 * they are deleted immediately.
	 *
	 * @param maxSegments Number of segments above which the oldest released segments are
	 * deleted.
	 * @param maxSize Total size of the segments above which the oldest released segments
	 * are deleted.
	 * @param maxAge Age of the last record of a released segment after which the segment
	 * is deleted.
	 */
	public record Retention(@Nullable @Min(0) Integer maxSegments, @Nullable DataSize maxSize,
			@Nullable Duration maxAge) {
	}

	/**
	 * When appended records are forced to the disk.
	 *
	 * @param mode What an append waits for.
	 * @param interval Longest time that a record is not forced. Requires 'mode' to be
	 * 'interval'.
	 */
	public record Sync(@NotNull @DefaultValue("always") SyncPolicy.Mode mode, @Nullable Duration interval) {

		/** Used if the mode is 'interval' and no interval is set. */
		static final Duration DEFAULT_INTERVAL = Duration.ofMillis(100);

	}

	/**
	 * How checkpoints are scheduled.
	 *
	 * @param enabled Whether to take checkpoints on a schedule, so that old segments can
	 * be deleted.
	 * @param interval Time between the end of one checkpoint and the start of the next.
	 * @param everyRecords Number of records since the last checkpoint after which the
	 * next one does not wait for the interval.
	 * @param everyBytes Bytes written to the log since the last checkpoint after which
	 * the next one does not wait for the interval.
	 */
	public record Checkpoint(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("1m") Duration interval,
			@Nullable @Min(1) Long everyRecords, @Nullable DataSize everyBytes) {
	}

	/**
	 * How the state of the WalSnapshotHandler beans is kept in snapshots.
	 *
	 * @param enabled Whether to write snapshots on a schedule. The newest snapshot is
	 * restored in any case.
	 * @param directory Directory of the snapshots, created with all its parents if it
	 * does not exist. If not set, it is 'snapshots' below the directory of the log. A
	 * relative path starts at the working directory, '~' is the home directory.
	 * @param kept Number of snapshots to keep. The log keeps every record that the oldest
	 * of them needs.
	 * @param interval Time between the end of one snapshot and the start of the next.
	 * @param everyRecords Number of records since the last snapshot after which the next
	 * one does not wait for the interval.
	 * @param everyBytes Bytes written to the log since the last snapshot after which the
	 * next one does not wait for the interval.
	 */
	public record Snapshot(@DefaultValue("true") boolean enabled, @Nullable String directory,
			@Min(1) @DefaultValue("2") int kept, @NotNull @DefaultValue("5m") Duration interval,
			@Nullable @Min(1) Long everyRecords, @Nullable DataSize everyBytes) {
	}

	/**
	 * The journal of traces in the log.
	 *
	 * @param enabled Whether to keep a journal of workflow traces in the log, and to
	 * recover open traces when the application starts.
	 */
	public record Trace(@DefaultValue("false") boolean enabled) {
	}

	/**
	 * The classes whose values are appended.
	 *
	 * @param packages Packages that are searched for classes with '@WalType', with those
	 * below them. If not set, those of the application.
	 * @param skipped Names of types whose messages are skipped if they cannot be read,
	 * with '*' for any characters.
	 * @param unknown What happens to a message whose name no class has, or whose version
	 * is newer than that of the class.
	 */
	public record Types(@Nullable List<String> packages, @DefaultValue List<String> skipped,
			@NotNull @DefaultValue("stop") Unknown unknown) {

		/**
		 * What happens to a message that another release may know.
		 */
		public enum Unknown {

			/**
			 * Reading it fails.
			 */
			STOP,

			/**
			 * It is skipped and counted.
			 */
			SKIP

		}

	}

	/**
	 * How values are written as JSON.
	 *
	 * @param verify Whether the bytes of a value are read back before it is appended, so
	 * that no record is acknowledged that this application cannot read.
	 */
	public record Json(@DefaultValue("true") boolean verify) {
	}

	/**
	 * How the log is replayed when the application starts.
	 *
	 * @param enabled Whether to replay the records above the checkpoint to the
	 * WalReplayHandler beans when the application starts.
	 * @param phase When the log is replayed.
	 * @param onError What happens when a handler throws an exception.
	 * @param maxAttempts Number of attempts for a record before the start of the
	 * application fails. Requires 'on-error' to be 'retry'.
	 * @param backoff Pause before the next attempt. Requires 'on-error' to be 'retry'.
	 * @param progressInterval Time between two log lines about the progress of the
	 * replay.
	 */
	public record Replay(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("runner") Phase phase,
			@NotNull @DefaultValue("fail") OnError onError, @Nullable @Min(1) Integer maxAttempts,
			@Nullable Duration backoff, @NotNull @DefaultValue("10s") Duration progressInterval) {

		/** Used if the policy is 'retry' and no number of attempts is set. */
		static final int DEFAULT_MAX_ATTEMPTS = 3;

		/** Used if the policy is 'retry' and no pause is set. */
		static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(1);

		/**
		 * When the log is replayed.
		 */
		public enum Phase {

			/**
			 * In an ApplicationRunner, before the application reports that it is ready
			 * for traffic. The web server is already running.
			 */
			RUNNER,

			/**
			 * Before the web server accepts its first connection and message listeners
			 * start.
			 */
			BEFORE_WEB_SERVER

		}

		/**
		 * What happens when a handler throws an exception.
		 */
		public enum OnError {

			/**
			 * The start of the application fails.
			 */
			FAIL,

			/**
			 * The handler gets the record again after a pause. The start of the
			 * application fails after the last attempt.
			 */
			RETRY,

			/**
			 * The WalDeadLetterHandler beans get the record, and the replay continues.
			 */
			SKIP

		}

	}

}
