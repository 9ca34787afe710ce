// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The settings of a log, validated. Built by {@link WalBuilder}, where each is described.
 *
 * @param directory where the log is
 * @param owner who the log belongs to, or {@code null} if it does not matter
 * @param segmentSize the size at which a new segment is begun, in bytes; 0 for never
 * @param maxRecordSize the largest payload of a record, in bytes
 * @param maxBatchSize the largest batch, in bytes
 * @param writeBufferSize the bytes that one group commit gathers at most
 * @param syncPolicy what appends wait for
 * @param compression how blocks are compressed
 * @param preallocate whether segments are filled with zeros ahead of the appends
 * @param maxInFlight the bytes that may wait for the disk in asynchronous appends
 * @param overflow what an asynchronous append does when there are as many
 * @param corruptionPolicy what opening does with damaged data
 * @param recoveryScan how much opening verifies
 * @param tornBytesKept the bytes of cut tails that are kept in side files; 0 for none
 * @param retention how long segments stay that a checkpoint has released
 * @param temporary whether the directory is deleted on close
 * @param observer is told what the log does
 * @param clock the source of timestamps
 */
public record WalOptions(Path directory, @Nullable String owner, long segmentSize, int maxRecordSize, int maxBatchSize,
		int writeBufferSize, SyncPolicy syncPolicy, Compression compression, boolean preallocate, long maxInFlight,
		Overflow overflow, CorruptionPolicy corruptionPolicy, RecoveryScan recoveryScan, long tornBytesKept,
		RetentionPolicy retention, boolean temporary, WalObserver observer, Clock clock) {

	/**
	 * The smallest segment: room for its header and a little more.
	 */
	public static final long MIN_SEGMENT_SIZE = 8 * 1024;

	/**
	 * The largest segment, record or batch: one block has to fit into one buffer.
	 */
	public static final int MAX_SIZE = 1 << 30;

	/**
	 * The longest name of an owner, in UTF-8 bytes.
	 */
	public static final int MAX_OWNER_BYTES = 255;

	/**
	 * Check the settings.
	 * @throws WalConfigurationException if one cannot work, naming it
	 */
	public WalOptions {
		Objects.requireNonNull(directory, "directory must not be null");
		Objects.requireNonNull(syncPolicy, "syncPolicy must not be null");
		Objects.requireNonNull(compression, "compression must not be null");
		Objects.requireNonNull(overflow, "overflow must not be null");
		Objects.requireNonNull(corruptionPolicy, "corruptionPolicy must not be null");
		Objects.requireNonNull(recoveryScan, "recoveryScan must not be null");
		Objects.requireNonNull(retention, "retention must not be null");
		Objects.requireNonNull(observer, "observer must not be null");
		Objects.requireNonNull(clock, "clock must not be null");
		if (segmentSize != 0 && segmentSize < MIN_SEGMENT_SIZE) {
			throw new WalConfigurationException("segment-size", segmentSize,
					"must be at least " + MIN_SEGMENT_SIZE + " bytes, or 0 to never rotate by size");
		}
		if (segmentSize > MAX_SIZE) {
			throw new WalConfigurationException("segment-size", segmentSize, "must be at most " + MAX_SIZE + " bytes");
		}
		if (segmentSize == 0 && preallocate) {
			throw new WalConfigurationException("preallocate", true,
					"needs a segment-size: without one there is no telling how much to prepare");
		}
		checkRange("max-record-size", maxRecordSize, 1, MAX_SIZE - 64 * 1024);
		checkRange("max-batch-size", maxBatchSize, maxRecordSize, MAX_SIZE - 64 * 1024);
		checkRange("write-buffer-size", writeBufferSize, 4 * 1024, 256 * 1024 * 1024);
		if (maxInFlight < 1) {
			throw new WalConfigurationException("max-in-flight", maxInFlight, "must be positive");
		}
		if (tornBytesKept < 0) {
			throw new WalConfigurationException("torn-bytes-kept", tornBytesKept,
					"must not be negative; 0 keeps nothing");
		}
		if (owner != null) {
			int length = owner.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
			if (length == 0 || length > MAX_OWNER_BYTES) {
				throw new WalConfigurationException("owner", owner,
						"must have 1 to " + MAX_OWNER_BYTES + " bytes in UTF-8");
			}
		}
	}

	private static void checkRange(String property, int value, int min, int max) {
		if (value < min || value > max) {
			throw new WalConfigurationException(property, value, "must be from " + min + " to " + max + " bytes");
		}
	}

	static int checkType(int type) {
		if (type < 0 || type > 255) {
			throw new IllegalArgumentException("The record type " + type + " is not from 0 to 255");
		}
		return type;
	}

}
