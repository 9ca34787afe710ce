// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * As many bytes are in flight as the log allows, and {@link Overflow#FAIL} rejects
 * further appends. Nothing was written; try again once some futures have completed.
 */
public class WalOverloadedException extends WalException {

	private static final long serialVersionUID = 1L;

	private final long limit;

	/**
	 * Create an exception.
	 * @param inFlight the number of bytes in flight
	 * @param limit the number of bytes that may be in flight
	 */
	public WalOverloadedException(long inFlight, long limit) {
		super(inFlight + " bytes wait for the disk, and no more than " + limit
				+ " may (max-in-flight). Nothing was written. Append more slowly, raise the limit, or let appends"
				+ " wait (overflow=block).");
		this.limit = limit;
	}

	/**
	 * Return the number of bytes that may be in flight.
	 * @return the limit in bytes
	 */
	public long limit() {
		return this.limit;
	}

}
