// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

import dev.wal.internal.io.StorageFile;

/**
 * Reads the content of a snapshot with one buffer of fixed size. Not thread-safe.
 */
final class SnapshotInput extends InputStream {

	private static final int BUFFER_SIZE = 256 * 1024;

	private final StorageFile file;

	private final long length;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE).limit(0);

	/** The offset in the content at which the buffer ends. */
	private long next;

	/**
	 * Create a stream.
	 * @param file is closed with the stream
	 * @param length the length of the content
	 */
	SnapshotInput(StorageFile file, long length) {
		this.file = file;
		this.length = length;
	}

	@Override
	public int read() throws IOException {
		return fill() ? this.buffer.get() & 0xFF : -1;
	}

	@Override
	public int read(byte[] target, int offset, int count) throws IOException {
		Objects.checkFromIndexSize(offset, count, target.length);
		if (count == 0) {
			return 0;
		}
		if (!fill()) {
			return -1;
		}
		int part = Math.min(count, this.buffer.remaining());
		this.buffer.get(target, offset, part);
		return part;
	}

	@Override
	public long skip(long count) {
		long buffered = Math.min(Math.max(0, count), this.buffer.remaining());
		this.buffer.position(this.buffer.position() + (int) buffered);
		long beyond = Math.min(Math.max(0, count) - buffered, this.length - this.next);
		this.next += beyond;
		return buffered + beyond;
	}

	@Override
	public int available() {
		return this.buffer.remaining();
	}

	/**
	 * Read on if nothing is buffered.
	 * @return whether there is anything
	 */
	private boolean fill() throws IOException {
		if (this.buffer.hasRemaining()) {
			return true;
		}
		if (this.next >= this.length) {
			return false;
		}
		this.buffer.clear().limit((int) Math.min(BUFFER_SIZE, this.length - this.next));
		int count = this.file.readFully(this.buffer, SnapshotHeader.SIZE + this.next);
		this.buffer.flip();
		this.next += count;
		if (count == 0) {
			throw new IOException("The file ends before the content of the snapshot does");
		}
		return true;
	}

	/**
	 * Read the content to its end.
	 * @return its CRC-32C
	 */
	int checksum() throws IOException {
		CRC32C crc = new CRC32C();
		while (fill()) {
			crc.update(this.buffer);
		}
		return (int) crc.getValue();
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

}
