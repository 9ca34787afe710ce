// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The settings of a log in files, validated. Described at {@link WalBuilder}.
 *
 * @param directory where the log is
 * @param segmentSize the size at which the log starts a new segment, in bytes; 0 for
 * never
 * @param writeBufferSize the bytes that one group commit gathers at most
 * @param syncPolicy what appends wait for
 * @param preallocate whether segments are filled with zeros ahead of the appends
 * @param corruptionPolicy what opening does with damaged data
 * @param recoveryScan how much opening verifies
 * @param tornBytesKept the bytes of torn tails that are kept in side files; 0 for none
 * @param retention how long segments stay that a checkpoint has released
 * @param temporary whether the directory is deleted on close
 * @param lockWait how long opening the log waits for another process to release it
 * @param permissions what a new directory and new files permit, as in {@code rwxr-x---}
 */
public record FileSettings(Path directory, long segmentSize, int writeBufferSize, SyncPolicy syncPolicy,
		boolean preallocate, CorruptionPolicy corruptionPolicy, RecoveryScan recoveryScan, long tornBytesKept,
		RetentionPolicy retention, boolean temporary, Duration lockWait, String permissions) {

	/**
	 * The smallest segment, in bytes: space for its header and a few records.
	 */
	public static final long MIN_SEGMENT_SIZE = 8 * 1024;

	/**
	 * The largest segment, in bytes.
	 */
	public static final long MAX_SEGMENT_SIZE = 1 << 30;

	/**
	 * The permissions by which nobody but the user that runs the process has access.
	 */
	public static final String OWNER_ONLY = "rwx------";

	private static final Pattern PERMISSIONS = Pattern.compile("rw[x-]([r-][w-][x-]){2}");

	/**
	 * Check the settings.
	 * @throws WalConfigurationException if one cannot work, naming it
	 */
	public FileSettings {
		Objects.requireNonNull(directory, "directory must not be null");
		Objects.requireNonNull(syncPolicy, "syncPolicy must not be null");
		Objects.requireNonNull(corruptionPolicy, "corruptionPolicy must not be null");
		Objects.requireNonNull(recoveryScan, "recoveryScan must not be null");
		Objects.requireNonNull(retention, "retention must not be null");
		Objects.requireNonNull(lockWait, "lockWait must not be null");
		Objects.requireNonNull(permissions, "permissions must not be null");
		if (segmentSize != 0 && segmentSize < MIN_SEGMENT_SIZE) {
			throw new WalConfigurationException("segment-size", segmentSize,
					"must be at least " + MIN_SEGMENT_SIZE + " bytes, or 0 to never rotate by size");
		}
		if (segmentSize > MAX_SEGMENT_SIZE) {
			throw new WalConfigurationException("segment-size", segmentSize,
					"must be at most " + MAX_SEGMENT_SIZE + " bytes");
		}
		if (segmentSize == 0 && preallocate) {
			throw new WalConfigurationException("preallocate", true,
					"requires a segment-size: preallocation must know how much space to reserve");
		}
		WalConfigurationException.checkRange("write-buffer-size", writeBufferSize, 4 * 1024, 256 * 1024 * 1024);
		if (tornBytesKept < 0) {
			throw new WalConfigurationException("torn-bytes-kept", tornBytesKept,
					"must not be negative; 0 keeps nothing");
		}
		if (lockWait.isNegative()) {
			throw new WalConfigurationException("lock.wait", lockWait, "must not be negative; 0 does not wait");
		}
		if (!PERMISSIONS.matcher(permissions).matches()) {
			throw new WalConfigurationException("permissions", permissions,
					"must look like 'rwxrwx---', and the owner must be able to read and write");
		}
	}

}
