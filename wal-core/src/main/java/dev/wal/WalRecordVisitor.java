// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;

/**
 * Receives the parts of one record after the other; no object is created for a record.
 * For replays of many small records. {@link WalRecord} is easier to handle, and can be
 * kept.
 */
@FunctionalInterface
public interface WalRecordVisitor {

	/**
	 * Look at a record. An exception ends the visits; the next read continues after this
	 * record.
	 * @param lsn the position in the log, see {@link Lsn#value()}
	 * @param type the type, from 0 to 255
	 * @param timestamp when the record was written, in nanoseconds since the epoch
	 * @param payload the content, from the buffer's position to its limit, which is not
	 * at index 0; read-only, big-endian. It is the same buffer in every call, and shows
	 * something else as soon as this method returns: decode it or copy it, never keep it
	 */
	void visit(long lsn, int type, long timestamp, ByteBuffer payload);

}
