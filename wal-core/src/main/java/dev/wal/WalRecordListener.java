// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * Receives every record once it is durable, in LSN order.
 */
@FunctionalInterface
public interface WalRecordListener {

	/**
	 * Take a record. Called on a thread of the subscription's own: a slow listener lags
	 * and reads the rest from the log. It never holds up an append.
	 * @param record the record
	 * @throws Exception if the record could not be handled; it is delivered again after a
	 * pause, and nothing after it is delivered before
	 */
	void onRecord(WalRecord record) throws Exception;

}
