// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * A record that proves by itself that it was appended: it says by whom, carries a
 * checksum, and all of its content follows from a seed.
 *
 * @param run the process that appended it
 * @param writer the thread that appended it
 * @param sequence how many records that thread appended before
 * @param crc the checksum of the content
 */
public record TortureRecord(int run, int writer, long sequence, int crc) {

	static final int HEADER = 28;

	/**
	 * Make up a payload.
	 * @param extra the number of random bytes
	 */
	static byte[] payload(int run, int writer, long sequence, long seed, int extra) {
		byte[] random = new byte[extra];
		new SplittableRandom(seed).nextBytes(random);
		ByteBuffer payload = ByteBuffer.allocate(HEADER + extra)
			.putInt(run)
			.putInt(writer)
			.putLong(sequence)
			.putLong(seed)
			.putInt(0)
			.put(random);
		return payload.putInt(HEADER - 4, crc(payload)).array();
	}

	private static int crc(ByteBuffer payload) {
		CRC32C crc = new CRC32C();
		crc.update(payload.duplicate().position(0).limit(HEADER - 4));
		crc.update(payload.duplicate().position(HEADER).limit(payload.capacity()));
		return (int) crc.getValue();
	}

	/**
	 * Check a payload and say what it is.
	 */
	public static TortureRecord check(byte[] bytes) {
		ByteBuffer payload = ByteBuffer.wrap(bytes);
		if (bytes.length < HEADER || payload.getInt(HEADER - 4) != crc(payload)) {
			throw new AssertionError("A record of " + bytes.length + " bytes that nobody appended");
		}
		TortureRecord record = new TortureRecord(payload.getInt(), payload.getInt(), payload.getLong(),
				payload.getInt(HEADER - 4));
		byte[] expected = payload(record.run, record.writer, record.sequence, payload.getLong(), bytes.length - HEADER);
		if (!payload.rewind().equals(ByteBuffer.wrap(expected))) {
			throw new AssertionError("Not what " + record + " was appended with");
		}
		return record;
	}

}
