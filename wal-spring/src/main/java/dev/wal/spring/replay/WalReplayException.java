// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.replay;

import dev.wal.Lsn;
import dev.wal.WalException;

/**
 * A record could not be replayed, so the application does not start. The log is
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
	 * @param attempts the number of attempts
	 * @param cause the exception of the handler
	 */
	public WalReplayException(Lsn lsn, String handler, int attempts, Throwable cause) {
		super("The record with LSN " + lsn + " could not be replayed: '" + handler + "' threw "
				+ cause.getClass().getName() + ((attempts > 1) ? " in each of " + attempts + " attempts" : "") + ".",
				cause);
		this.lsn = lsn;
		this.handler = handler;
	}

	/**
	 * Return the LSN of the record.
	 * @return the LSN
	 */
	public Lsn lsn() {
		return this.lsn;
	}

	/**
	 * Return the handler that could not apply the record.
	 * @return the name of the bean
	 */
	public String handler() {
		return this.handler;
	}

}
