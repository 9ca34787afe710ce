// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long segments stay that a checkpoint has released. Without any limit they are
 * deleted at once. With limits they stay, for followers that come later or for an audit,
 * until one of the limits is exceeded; then the oldest are deleted first.
 * <p>
 * A limit never removes what is above the checkpoint, what a reader still needs, or the
 * active segment, however low the limit is. Where that leaves more than the limits allow,
 * the log says so once in its log file and as {@link LocalStatus#retentionExcess()}.
 * Limits are looked at by every {@link WriteAheadLog#checkpoint(Lsn)}.
 *
 * @param maxSegments the number of segments that may stay, the active one included; from
 * 0, or {@code null} for any number
 * @param maxSize the bytes that all segment files may have, preallocated space and files
 * kept for later segments included; from 0, or {@code null} for any size
 * @param maxAge how long ago the last record of a segment may have been written; from
 * zero, or {@code null} for any age
 */
public record RetentionPolicy(@Nullable Integer maxSegments, @Nullable Long maxSize, @Nullable Duration maxAge) {

	private static final RetentionPolicy RELEASE_AT_ONCE = new RetentionPolicy(null, null, null);

	/**
	 * Create a policy.
	 * @throws WalConfigurationException if a limit is negative
	 */
	public RetentionPolicy {
		if (maxSegments != null && maxSegments < 0) {
			throw negative("retention.max-segments", maxSegments);
		}
		if (maxSize != null && maxSize < 0) {
			throw negative("retention.max-size", maxSize);
		}
		if (maxAge != null && maxAge.isNegative()) {
			throw negative("retention.max-age", maxAge);
		}
	}

	private static WalConfigurationException negative(String property, Object value) {
		return new WalConfigurationException(property, value,
				"must not be negative; without a value there is no limit of this kind");
	}

	/**
	 * Keep nothing that a checkpoint has released.
	 * @return the policy without limits, and the default of a log
	 */
	public static RetentionPolicy releaseAtOnce() {
		return RELEASE_AT_ONCE;
	}

	/**
	 * Keep released segments while the log has no more than so many.
	 * @param segments the number of segments, from 0
	 * @return this policy with that limit
	 */
	public RetentionPolicy withMaxSegments(int segments) {
		return new RetentionPolicy(segments, this.maxSize, this.maxAge);
	}

	/**
	 * Keep released segments while the log is no larger.
	 * @param bytes the size of all segment files and of those kept for later segments,
	 * from 0
	 * @return this policy with that limit
	 */
	public RetentionPolicy withMaxSize(long bytes) {
		return new RetentionPolicy(this.maxSegments, bytes, this.maxAge);
	}

	/**
	 * Keep released segments while they are no older.
	 * @param age the time since their last record was written, from zero
	 * @return this policy with that limit
	 */
	public RetentionPolicy withMaxAge(Duration age) {
		return new RetentionPolicy(this.maxSegments, this.maxSize, age);
	}

	/**
	 * Return whether there is any limit, so that released segments stay at all.
	 * @return {@code true} if at least one limit is set
	 */
	public boolean isLimited() {
		return this.maxSegments != null || this.maxSize != null || this.maxAge != null;
	}

}
