// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The settings that every engine has, validated. Described at {@link WalBuilder}.
 *
 * @param owner the application that the log belongs to, or {@code null} to accept any
 * @param maxRecordSize the largest payload of a record, in bytes
 * @param maxBatchSize the largest batch, in bytes
 * @param maxInFlight the bytes that may wait for the disk in asynchronous appends
 * @param overflow what an asynchronous append does when there are as many
 * @param compression how blocks are compressed
 * @param observer is told what the log does
 * @param clock the source of timestamps
 * @param closeTimeout how long closing waits for listeners and other code of the
 * application
 */
public record LogSettings(@Nullable String owner, int maxRecordSize, int maxBatchSize, long maxInFlight,
		Overflow overflow, Compression compression, WalObserver observer, Clock clock, Duration closeTimeout) {

	/**
	 * The largest record or batch, in bytes: one block has to fit into one buffer.
	 */
	public static final int MAX_SIZE = (1 << 30) - 64 * 1024;

	/**
	 * The longest name of an owner, in UTF-8 bytes.
	 */
	public static final int MAX_OWNER_BYTES = 255;

	/**
	 * Check the settings.
	 * @throws WalConfigurationException if one cannot work, naming it
	 */
	public LogSettings {
		Objects.requireNonNull(overflow, "overflow must not be null");
		Objects.requireNonNull(compression, "compression must not be null");
		Objects.requireNonNull(observer, "observer must not be null");
		Objects.requireNonNull(clock, "clock must not be null");
		Objects.requireNonNull(closeTimeout, "closeTimeout must not be null");
		WalConfigurationException.checkRange("max-record-size", maxRecordSize, 1, MAX_SIZE);
		WalConfigurationException.checkRange("max-batch-size", maxBatchSize, maxRecordSize, MAX_SIZE);
		if (maxInFlight < 1) {
			throw new WalConfigurationException("max-in-flight", maxInFlight, "must be positive");
		}
		if (closeTimeout.isNegative() || closeTimeout.isZero()) {
			throw new WalConfigurationException("close-timeout", closeTimeout, "must be positive");
		}
		if (owner != null) {
			int length = owner.getBytes(StandardCharsets.UTF_8).length;
			if (length == 0 || length > MAX_OWNER_BYTES) {
				throw new WalConfigurationException("owner", owner,
						"must have 1 to " + MAX_OWNER_BYTES + " bytes in UTF-8");
			}
		}
	}

}
