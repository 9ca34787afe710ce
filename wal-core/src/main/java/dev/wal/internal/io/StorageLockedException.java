package dev.wal.internal.io;

import java.io.IOException;

/**
 * The lock of a directory is held.
 */
public class StorageLockedException extends IOException {

	private static final long serialVersionUID = 1L;

	private final String owner;

	/**
	 * Create an exception.
	 * @param owner who holds the lock
	 */
	public StorageLockedException(String owner) {
		super("Locked by " + owner);
		this.owner = owner;
	}

	/**
	 * Return who holds the lock.
	 * @return what the owner said of itself
	 */
	public String owner() {
		return this.owner;
	}

}
