// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * An LSN lies outside of what the call can serve.
 */
public class WalPositionException extends WalException {

	private static final long serialVersionUID = 1L;

	private final Lsn requested;

	private final Lsn bound;

	/**
	 * Create an exception.
	 * @param requested the LSN that was asked for
	 * @param bound the oldest or newest LSN that would do
	 * @param reason what is wrong with it, naming the bound, as a phrase
	 */
	public WalPositionException(Lsn requested, Lsn bound, String reason) {
		super("LSN " + requested + " " + reason + ".");
		this.requested = requested;
		this.bound = bound;
	}

	/**
	 * Return the LSN that was asked for.
	 * @return the LSN requested
	 */
	public Lsn requested() {
		return this.requested;
	}

	/**
	 * Return the LSN nearest to it that would do.
	 * @return the oldest or newest LSN that can be served
	 */
	public Lsn bound() {
		return this.bound;
	}

}
