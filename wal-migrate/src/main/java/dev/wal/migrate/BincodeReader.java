// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;

/**
 * Reads the standard configuration of bincode 2, the part of it that wavekv uses:
 * little-endian, integers of variable length, enums as the number of their variant.
 */
final class BincodeReader {

	private static final int U16 = 251;

	private static final int U32 = 252;

	private static final int U64 = 253;

	private final LegacyFile file;

	private final long end;

	private long position;

	/**
	 * Create a reader. It copies nothing, so that wrong guesses of a search cost little.
	 * @param file the file
	 * @param start the offset of the first byte
	 * @param end the offset after the last byte, at most the size of the file
	 */
	BincodeReader(LegacyFile file, long start, long end) {
		this.file = file;
		this.position = start;
		this.end = end;
	}

	long position() {
		return this.position;
	}

	boolean isAtEnd() {
		return this.position == this.end;
	}

	/**
	 * Read an integer of up to 64 bits.
	 * @return the value, unsigned
	 */
	long unsigned() throws MalformedException, IOException {
		int first = unsignedByte();
		return switch (first) {
			case U16 -> littleEndian(Short.BYTES);
			case U32 -> littleEndian(Integer.BYTES);
			case U64 -> littleEndian(Long.BYTES);
			default -> {
				if (first > U64) {
					throw new MalformedException();
				}
				yield first;
			}
		};
	}

	private long littleEndian(int bytes) throws MalformedException, IOException {
		long value = 0;
		for (int i = 0; i < bytes; i++) {
			value |= (long) unsignedByte() << (i * Byte.SIZE);
		}
		return value;
	}

	/**
	 * Read an integer of up to 32 bits.
	 * @return the value, from 0 to 2^32-1
	 */
	long unsignedInt() throws MalformedException, IOException {
		long value = unsigned();
		if (value >>> Integer.SIZE != 0) {
			throw new MalformedException();
		}
		return value;
	}

	int unsignedByte() throws MalformedException, IOException {
		if (isAtEnd()) {
			throw new MalformedException();
		}
		return Byte.toUnsignedInt(this.file.getByte(this.position++));
	}

	boolean bool() throws MalformedException, IOException {
		int value = unsignedByte();
		if (value > 1) {
			throw new MalformedException();
		}
		return value == 1;
	}

	/**
	 * Pass a text or a sequence of bytes.
	 */
	void skipBytes() throws MalformedException, IOException {
		long length = unsigned();
		if (Long.compareUnsigned(length, this.end - this.position) > 0) {
			throw new MalformedException();
		}
		this.position += length;
	}

	/**
	 * The bytes are not what they should be. Thrown for every wrong guess of a search:
	 * without a stack trace.
	 */
	static final class MalformedException extends Exception {

		private static final long serialVersionUID = 1L;

		MalformedException() {
			super("malformed", null, false, false);
		}

	}

}
