// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * What opening a log does where there is none.
 */
public enum CreatePolicy {

	/**
	 * Create it, with its directory.
	 */
	IF_MISSING,

	/**
	 * Refuse. A volume that is not mounted then does not look like a first start. A log
	 * whose creation was interrupted counts as missing.
	 */
	NEVER

}
