package dev.wal.spring.replay;

import dev.wal.Lsn;
import dev.wal.WalException;

/**
 * A record could not be replayed, and the start of the application ends here. The log is
 * unchanged: the next start replays the record again.
 */
public class WalReplayException extends WalException {

	private static final long serialVersionUID = 1L;

	private final Lsn lsn;

	private final String handler;

	/**
	 * Create an exception.
	 * @param lsn the LSN of the record
	 * @param handler the name of the bean that could not apply it
	 * @param attempts how often it was tried
	 * @param cause what the handler threw
	 */
	public WalReplayException(Lsn lsn, String handler, int attempts, Throwable cause) {
		super("The record with LSN " + lsn + " could not be replayed: '" + handler + "' threw "
				+ cause.getClass().getName() + ((attempts > 1) ? " in each of " + attempts + " attempts" : "") + ".",
				cause);
		this.lsn = lsn;
		this.handler = handler;
	}

	/**
	 * Return which record could not be replayed.
	 * @return the LSN
	 */
	public Lsn lsn() {
		return this.lsn;
	}

	/**
	 * Return who could not apply the record.
	 * @return the name of the bean
	 */
	public String handler() {
		return this.handler;
	}

}
