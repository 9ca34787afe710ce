// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What {@link WriteAheadLog#appendAsync(byte[])} does when as many bytes are in flight as
 * the log allows.
 */
public enum Overflow {

	/**
	 * The caller waits until there is room.
	 */
	BLOCK,

	/**
	 * The append is refused with a {@link WalOverloadedException}.
	 */
	FAIL

}
