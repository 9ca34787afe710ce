// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What {@link WriteAheadLog#appendAsync(byte[])} does when as many bytes are in flight as
 * the log allows.
 */
public enum Overflow {

	/**
	 * The caller waits until enough of them are written.
	 */
	BLOCK,

	/**
	 * The append is rejected with a {@link WalOverloadedException}.
	 */
	FAIL

}
