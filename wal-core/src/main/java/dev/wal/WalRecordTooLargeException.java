// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * A record or batch is larger than the log allows. Nothing was written, and no LSN was
 * used.
 */
public class WalRecordTooLargeException extends WalException {

	private static final long serialVersionUID = 1L;

	private final long size;

	private final long limit;

	/**
	 * Create an exception.
	 * @param what what is too large
	 * @param size its size in bytes
	 * @param limit the size allowed in bytes
	 * @param property the setting that allows it
	 */
	public WalRecordTooLargeException(String what, long size, long limit, String property) {
		super(what + " of " + size + " bytes is larger than the " + limit + " bytes allowed (" + property
				+ "). Nothing was written.");
		this.size = size;
		this.limit = limit;
	}

	/**
	 * Return the size of what was too large.
	 * @return the size in bytes
	 */
	public long size() {
		return this.size;
	}

	/**
	 * Return the size allowed.
	 * @return the limit in bytes
	 */
	public long limit() {
		return this.limit;
	}

}
