package dev.wal.spring.replay;

import java.nio.file.Path;

import dev.wal.WalException;

/**
 * A handler could not take its state back from an intact snapshot, and the start of the
 * application ends here. Snapshot and log are unchanged: the next start restores again.
 */
public class WalRestoreException extends WalException {

	private static final long serialVersionUID = 1L;

	private final transient Path file;

	private final String handler;

	/**
	 * Create an exception.
	 * @param file the snapshot
	 * @param handler the name of the bean that could not restore its state
	 * @param cause what the handler threw
	 */
	public WalRestoreException(Path file, String handler, Throwable cause) {
		super("The snapshot " + file + " could not be restored: '" + handler + "' threw " + cause.getClass().getName()
				+ ".", cause);
		this.file = file;
		this.handler = handler;
	}

	/**
	 * Return which snapshot could not be restored.
	 * @return the file
	 */
	public Path file() {
		return this.file;
	}

	/**
	 * Return who could not restore its state.
	 * @return the name of the bean
	 */
	public String handler() {
		return this.handler;
	}

}
