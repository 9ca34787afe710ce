// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The bytes that tests of the format begin with.
 */
abstract class AbstractFormatTests {

	static final long SALT = 0x1122334455667788L;

	static final long TIME = 1_700_000_000_123_456_789L;

	static final UUID LOG_ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

	static final String SEGMENT_HEADER = """
			8d57414c0d0a1a0a 01000000 00000000 7766554433221100 ffeeddccbbaa9988
			0500000000000000 8877665544332211 15cd853dfe9c9717 0400 5a6fc3ab""";

	static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
	}

	static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(buffer.position(), bytes);
		return bytes;
	}

	static ByteBuffer buffer(byte[] bytes) {
		return Format.buffer(bytes.length).put(0, bytes);
	}

	static byte[] header() {
		byte[] page = Arrays.copyOf(bytes(SEGMENT_HEADER), 4096);
		System.arraycopy(bytes("af27fa26"), 0, page, 4092, 4);
		return page;
	}

}
