// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;

/**
 * Is shown records one after the other, without an object being made of any. For replays
 * of many small records; {@link WalRecord} is easier to handle, and can be kept.
 */
@FunctionalInterface
public interface WalRecordVisitor {

	/**
	 * Look at a record. An exception ends the visits; the reader then goes on behind this
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
