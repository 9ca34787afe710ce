// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import java.nio.file.Path;

import dev.wal.WalException;

/**
 * A handler could not restore its state from an intact snapshot, so the application does
 * not start. The snapshot and the log are unchanged: the next start tries again.
 */
public class WalRestoreException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	private final String handler;

	/**
	 * Create an exception.
	 * @param file the snapshot
	 * @param handler the name of the bean that could not restore its state
	 * @param cause the exception of the handler
	 */
	public WalRestoreException(Path file, String handler, Throwable cause) {
		super("The snapshot " + file + " could not be restored: '" + handler + "' threw " + cause.getClass().getName()
				+ ".", cause);
		this.file = file;
		this.handler = handler;
	}

	/**
	 * Return the file of the snapshot.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Return the handler that could not restore its state.
	 * @return the name of the bean
	 */
	public String handler() {
		return this.handler;
	}

}
