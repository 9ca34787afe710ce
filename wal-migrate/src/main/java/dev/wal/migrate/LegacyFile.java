// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a file of an older log through a window of fixed size. All ancestors write
 * little-endian.
 */
final class LegacyFile implements Closeable {

	private static final int WINDOW = 64 * 1024;

	/**
	 * How often the size of a file may be read and copied: a log that some writer and
	 * some disk produced takes less than ten times, one that was made to keep a reader
	 * busy takes the square of its size.
	 */
	private static final int WORK_FACTOR = 64;

	/**
	 * A file that is smaller may take as much work as one of this size.
	 */
	private static final long WORK_FLOOR = 1 << 20;

	private final String name;

	private final SourceFile file;

	private final long size;

	private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);

	private long windowStart;

	private long work;

	private LegacyFile(String name, SourceFile file, long size) {
		this.name = name;
		this.file = file;
		this.size = size;
	}

	static LegacyFile open(SourceDirectory directory, String name) throws IOException {
		SourceFile file = directory.open(name);
		try {
			return new LegacyFile(name, file, file.size());
		}
		catch (IOException | RuntimeException ex) {
			file.close();
			throw ex;
		}
	}

	String name() {
		return this.name;
	}

	/**
	 * The size when the file was opened; what is appended later is not read.
	 */
	long size() {
		return this.size;
	}

	long remaining(long offset) {
		return this.size - offset;
	}

	byte getByte(long offset) throws IOException {
		return this.window.get(require(offset, 1));
	}

	long getUnsignedInt(long offset) throws IOException {
		return Integer.toUnsignedLong(this.window.getInt(require(offset, Integer.BYTES)));
	}

	long getLong(long offset) throws IOException {
		return this.window.getLong(require(offset, Long.BYTES));
	}

	/**
	 * Copy bytes. The caller has bounded the length.
	 * @throws TooMuchWorkException if this file has taken too much work
	 */
	byte[] bytes(long offset, int length) throws IOException {
		spend(length);
		byte[] bytes = new byte[length];
		if (length <= WINDOW) {
			this.window.get(require(offset, length), bytes);
		}
		else {
			fill(ByteBuffer.wrap(bytes), offset);
		}
		return bytes;
	}

	/**
	 * Find a byte.
	 * @return its offset, or the size of the file
	 */
	long indexOf(byte wanted, long from) throws IOException {
		for (long offset = from; offset < this.size; offset++) {
			if (getByte(offset) == wanted) {
				return offset;
			}
		}
		return this.size;
	}

	boolean isZeroFrom(long from) throws IOException {
		for (long offset = from; offset < this.size; offset++) {
			if (getByte(offset) != 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Bring bytes into the window.
	 * @return the index of the first of them there
	 */
	private int require(long offset, int length) throws IOException {
		if (offset < this.windowStart || offset + length > this.windowStart + this.window.limit()) {
			this.window.clear().limit((int) Math.min(WINDOW, Math.max(0, this.size - offset)));
			if (length > this.window.limit()) {
				this.window.limit(0);
				throw new EOFException("The file ends before offset " + (offset + length));
			}
			this.windowStart = offset;
			try {
				fill(this.window, offset);
			}
			catch (IOException ex) {
				this.window.limit(0);
				throw ex;
			}
		}
		return (int) (offset - this.windowStart);
	}

	private void fill(ByteBuffer target, long offset) throws IOException {
		int wanted = target.remaining();
		spend(wanted);
		if (this.file.read(target, offset) < wanted) {
			throw new EOFException("The file became shorter while it was read");
		}
	}

	private void spend(long bytes) throws TooMuchWorkException {
		if (bytes > WORK_FACTOR * Math.max(this.size, WORK_FLOOR) - this.work) {
			throw new TooMuchWorkException();
		}
		this.work += bytes;
	}

	/**
	 * Return the work so far.
	 * @return the bytes that were read and copied
	 */
	long work() {
		return this.work;
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

	/**
	 * The file has taken so much work that it was made to.
	 */
	static final class TooMuchWorkException extends IOException {

		private static final long serialVersionUID = 1L;

		TooMuchWorkException() {
			super("More than " + WORK_FACTOR + " times the size of the file was read");
		}

	}

}
