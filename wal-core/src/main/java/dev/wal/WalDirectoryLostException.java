// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * The directory of an open log, or a file of it, was deleted, replaced, unmounted or
 * taken by another process. The log has failed: what it would still acknowledge could not
 * be found by anybody else.
 */
public class WalDirectoryLostException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path directory;

	/**
	 * Create an exception.
	 * @param directory the directory
	 * @param what what was lost, as a sentence without its end
	 * @param durable the highest LSN that was acknowledged
	 * @param process the id of this process
	 */
	public WalDirectoryLostException(Path directory, String what, Lsn durable, long process) {
		super("The log in " + directory + " lost its directory while it was open: " + what + ". Records up to LSN "
				+ durable
				+ " are durable, but perhaps only this process can still read them. If the directory was moved"
				+ " or unmounted, bring it back and open the log again. If it was deleted, copy the open files of this"
				+ " process before it ends: 'ls -l /proc/" + process + "/fd' shows them.");
		this.directory = directory;
	}

	/**
	 * Return the directory.
	 * @return the directory of the log
	 */
	public Path directory() {
		return this.directory;
	}

}
