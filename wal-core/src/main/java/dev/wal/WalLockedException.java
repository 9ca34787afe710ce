package dev.wal;

import java.nio.file.Path;

/**
 * Another process, or another log in this process, owns the directory.
 */
public class WalLockedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path directory;

	private final String owner;

	/**
	 * Create an exception.
	 * @param directory the directory
	 * @param owner who owns it: process id, host and time
	 */
	public WalLockedException(Path directory, String owner) {
		super("The log in " + directory + " is in use by " + owner
				+ ". One log has one owner: stop the other one, or choose another directory.");
		this.directory = directory;
		this.owner = owner;
	}

	/**
	 * Return the directory.
	 * @return the directory of the log
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * Return who owns the directory.
	 * @return process id, host and time
	 */
	public String owner() {
		return this.owner;
	}

}
