// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file. Thread-safe.
 * <p>
 * No method is affected by the interrupt flag of the calling thread, nor changes it.
 */
public interface StorageFile extends Closeable {

	/**
	 * Read from a position.
	 * @param target is filled from its position on, for as many bytes as the file system
	 * gives
	 * @param position the byte offset in the file
	 * @return the number of bytes read, or -1 at the end of the file
	 * @throws IOException if reading failed
	 */
	int read(ByteBuffer target, long position) throws IOException;

	/**
	 * Write at a position.
	 * @param source is written from its position on, for as many bytes as the file system
	 * takes
	 * @param position the byte offset in the file
	 * @return the number of bytes written, which may be less than remained
	 * @throws StorageFullException if there is no space
	 * @throws IOException if writing failed
	 */
	int write(ByteBuffer source, long position) throws IOException;

	/**
	 * Force what was written to the disk.
	 * @param metadata whether to force more than is needed to read the data back
	 * @throws IOException if the force failed; what was written before is then in an
	 * unknown state, and forcing it again proves nothing
	 */
	void force(boolean metadata) throws IOException;

	/**
	 * Return the size.
	 * @return the number of bytes
	 * @throws IOException if it cannot be told
	 */
	long size() throws IOException;

	/**
	 * Truncate the file.
	 * @param size the size that remains
	 * @throws IOException if it cannot be truncated
	 */
	void truncate(long size) throws IOException;

	/**
	 * Read until the buffer is full or the file ends.
	 * @param target is filled from its position on
	 * @param position the byte offset in the file
	 * @return the number of bytes read, 0 at the end of the file
	 * @throws IOException if reading failed
	 */
	default int readFully(ByteBuffer target, long position) throws IOException {
		int total = 0;
		while (target.hasRemaining()) {
			int count = read(target, position + total);
			if (count < 0) {
				break;
			}
			total += count;
		}
		return total;
	}

	/**
	 * Write all that remains, also where the file system takes it in parts.
	 * @param source is written from its position to its limit
	 * @param position the byte offset in the file
	 * @throws IOException if writing failed; a part may have been written
	 */
	default void writeFully(ByteBuffer source, long position) throws IOException {
		long offset = position;
		while (source.hasRemaining()) {
			offset += write(source, offset);
		}
	}

}
