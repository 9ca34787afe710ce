// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * The beginning of a snapshot file. All integers are little-endian. It is written last,
 * when the length and the checksum of the content are known, and forced together with it
 * before the file gets its name: {@code snapshot-}, the LSN in 20 digits, {@code .snap}.
 *
 * <pre>
 *      0  8   magic 8D 57 53 4E 0D 0A 1A 0A
 *      8  4   format version
 *     12  4   CRC-32C of the content
 *     16 16   log id
 *     32  8   LSN of the last record that the content reflects
 *     40  8   time of the snapshot, nanoseconds since the epoch
 *     48  8   length of the content
 *     56  4   zero
 *     60  4   CRC-32C of all bytes before
 *     64  n   content, up to the end of the file
 * </pre>
 *
 * @param version the format version
 * @param contentChecksum the CRC-32C of the content
 * @param logId the identity of the log
 * @param lsn the LSN of the last record that the content reflects
 * @param time when it was written, in nanoseconds since the epoch
 * @param length the length of the content in bytes
 */
record SnapshotHeader(int version, int contentChecksum, UUID logId, long lsn, long time, long length) {

	static final int VERSION = 1;

	static final int SIZE = 64;

	private static final long MAGIC = 0x0A1A0A0D4E53578DL;

	private static final int CRC_OFFSET = SIZE - 4;

	ByteBuffer encode() {
		ByteBuffer header = buffer();
		header.putLong(0, MAGIC).putInt(8, this.version).putInt(12, this.contentChecksum);
		header.putLong(16, this.logId.getMostSignificantBits()).putLong(24, this.logId.getLeastSignificantBits());
		header.putLong(32, this.lsn).putLong(40, this.time).putLong(48, this.length);
		header.putInt(CRC_OFFSET, checksum(header));
		return header;
	}

	/**
	 * Return the header in a buffer, or {@code null} if it is damaged. Of a header of a
	 * newer version, only the version means anything.
	 */
	static @Nullable SnapshotHeader decode(ByteBuffer header) {
		if (header.limit() < SIZE || header.getLong(0) != MAGIC || header.getInt(CRC_OFFSET) != checksum(header)
				|| header.getInt(8) < 1) {
			return null;
		}
		return new SnapshotHeader(header.getInt(8), header.getInt(12), new UUID(header.getLong(16), header.getLong(24)),
				header.getLong(32), header.getLong(40), header.getLong(48));
	}

	static ByteBuffer buffer() {
		return ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);
	}

	private static int checksum(ByteBuffer header) {
		CRC32C crc = new CRC32C();
		crc.update(header.duplicate().position(0).limit(CRC_OFFSET));
		return (int) crc.getValue();
	}

}
