// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import org.jspecify.annotations.Nullable;

/**
 * A write or a force of the log failed, now or earlier. Records up to
 * {@link #durableLsn()} are on the disk; whether later ones are, the next open shows. The
 * log rejects all appends until it is closed and opened again.
 */
public class WalFailedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final Lsn durableLsn;

	/**
	 * Create an exception.
	 * @param message what failed, and where
	 * @param durableLsn the highest LSN that is known to be on the disk
	 * @param cause the first failure
	 */
	public WalFailedException(String message, Lsn durableLsn, @Nullable Throwable cause) {
		super(message + " The log rejects all appends until it is reopened."
				+ (isLost(cause) ? "" : " Records up to LSN " + durableLsn + " are on the disk."), cause);
		this.durableLsn = durableLsn;
	}

	/**
	 * Return whether the cause says itself where the records are.
	 */
	private static boolean isLost(@Nullable Throwable cause) {
		return cause instanceof WalDirectoryLostException;
	}

	/**
	 * Return the highest LSN that is known to be on the disk.
	 * @return the durable LSN
	 */
	public Lsn durableLsn() {
		return this.durableLsn;
	}

}
