// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

import dev.wal.internal.io.StorageFile;

/**
 * Writes the content of a snapshot after the place of its header, with one buffer of
 * fixed size. Not thread-safe.
 */
final class SnapshotOutput extends OutputStream {

	private static final int BUFFER_SIZE = 256 * 1024;

	private final StorageFile file;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);

	private final CRC32C crc = new CRC32C();

	private long length;

	private boolean finished;

	SnapshotOutput(StorageFile file) {
		this.file = file;
	}

	@Override
	public void write(int b) throws IOException {
		makeRoom();
		this.buffer.put((byte) b);
	}

	@Override
	public void write(byte[] source, int offset, int count) throws IOException {
		Objects.checkFromIndexSize(offset, count, source.length);
		int done = 0;
		while (done < count) {
			makeRoom();
			int part = Math.min(count - done, this.buffer.remaining());
			this.buffer.put(source, offset + done, part);
			done += part;
		}
	}

	private void makeRoom() throws IOException {
		if (this.finished) {
			throw new IOException("The snapshot is complete, nothing can be added to it");
		}
		if (!this.buffer.hasRemaining()) {
			drain();
		}
	}

	private void drain() throws IOException {
		this.buffer.flip();
		int count = this.buffer.remaining();
		this.crc.update(this.buffer);
		this.buffer.rewind();
		this.file.writeFully(this.buffer, SnapshotHeader.SIZE + this.length);
		this.length += count;
		this.buffer.clear();
	}

	/**
	 * Write what is buffered, and take no more.
	 */
	void finish() throws IOException {
		drain();
		this.finished = true;
	}

	long length() {
		return this.length;
	}

	int checksum() {
		return (int) this.crc.getValue();
	}

}
