// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;

/**
 * The lock of a directory is held.
 */
public class StorageLockedException extends IOException {

	private static final long serialVersionUID = 1L;

	private final String holder;

	/**
	 * Create an exception.
	 * @param holder who holds the lock
	 */
	public StorageLockedException(String holder) {
		super("Locked by " + holder);
		this.holder = holder;
	}

	/**
	 * Return who holds the lock.
	 * @return what the holder said of itself
	 */
	public String holder() {
		return this.holder;
	}

}
