// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;
import java.util.Objects;

/**
 * When an append may return, and when its bytes are forced to the disk.
 * <p>
 * A policy is set for the whole log and may be overridden for one call. Under every
 * policy, the bytes have left the JVM when an append returns: they survive the end of the
 * process, however it ends. What differs is what survives the loss of power.
 *
 * @param mode what an append waits for
 * @param interval the longest time a record stays unforced under {@link Mode#INTERVAL};
 * zero otherwise
 */
public record SyncPolicy(Mode mode, Duration interval) {

	/**
	 * The longest interval. A longer one is a mistake, and would be none at all.
	 */
	private static final Duration LONGEST_INTERVAL = Duration.ofDays(365);

	private static final SyncPolicy ALWAYS = new SyncPolicy(Mode.ALWAYS, Duration.ZERO);

	private static final SyncPolicy NONE = new SyncPolicy(Mode.NONE, Duration.ZERO);

	/**
	 * Create a policy.
	 * @throws WalConfigurationException if the interval does not fit the mode
	 */
	public SyncPolicy {
		Objects.requireNonNull(mode, "mode must not be null");
		Objects.requireNonNull(interval, "interval must not be null");
		if (mode == Mode.INTERVAL && (interval.isNegative() || interval.isZero())) {
			throw new WalConfigurationException("sync.interval", interval, "must be positive");
		}
		if (interval.compareTo(LONGEST_INTERVAL) > 0) {
			throw new WalConfigurationException("sync.interval", interval, "must be at most " + LONGEST_INTERVAL);
		}
		if (mode != Mode.INTERVAL && !interval.isZero()) {
			throw new WalConfigurationException("sync.interval", interval,
					"does nothing unless the sync mode is 'interval'");
		}
	}

	/**
	 * An append returns once its record is on the disk. Callers that append at the same
	 * time share one force. Nothing that was acknowledged is lost when the power fails.
	 * @return the policy, and the default of a log
	 */
	public static SyncPolicy always() {
		return ALWAYS;
	}

	/**
	 * An append returns once its bytes are with the operating system; the log forces them
	 * by itself within the interval. A power failure loses at most what was appended
	 * during the interval and the force that ends it.
	 * @param interval the longest time a record stays unforced, at most 365 days
	 * @return the policy
	 */
	public static SyncPolicy interval(Duration interval) {
		return new SyncPolicy(Mode.INTERVAL, interval);
	}

	/**
	 * An append returns once its bytes are with the operating system, and nothing forces
	 * them but {@link WriteAheadLog#sync()}, a later durable append, a rotation or a
	 * close. <strong>Unsafe</strong> against power failure and kernel crash.
	 * @return the policy
	 */
	public static SyncPolicy none() {
		return NONE;
	}

	/**
	 * What an append waits for.
	 */
	public enum Mode {

		/**
		 * Wait for the force.
		 */
		ALWAYS,

		/**
		 * Wait for the write only; the force follows within an interval.
		 */
		INTERVAL,

		/**
		 * Wait for the write only; no force is owed.
		 */
		NONE

	}

}
