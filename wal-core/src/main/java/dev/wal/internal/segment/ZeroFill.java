// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

import dev.wal.internal.io.StorageFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes zeros. Its memory is taken only where zeros are written.
 */
final class ZeroFill {

	/**
	 * How much is written before it is forced, in bytes. A force of a record in the same
	 * moment waits for about as long as the disk needs for this.
	 */
	static final int STEP = 1 << 20;

	private static final int CHUNK_SIZE = 256 * 1024;

	/**
	 * Not made when the class is loaded: for want of memory the class could then never be
	 * used.
	 */
	private static volatile @Nullable ByteBuffer chunk;

	private ZeroFill() {
	}

	/**
	 * Fill a part of a file with zeros, without forcing it.
	 */
	static void write(StorageFile file, long from, long to) throws IOException {
		ByteBuffer chunk = chunk();
		for (long at = from; at < to;) {
			ByteBuffer zeros = chunk.duplicate();
			zeros.limit((int) Math.min(zeros.capacity(), to - at));
			file.writeFully(zeros, at);
			at += zeros.limit();
		}
	}

	private static ByteBuffer chunk() {
		ByteBuffer existing = chunk;
		if (existing == null) {
			existing = ByteBuffer.allocateDirect(CHUNK_SIZE).asReadOnlyBuffer();
			chunk = existing;
		}
		return existing;
	}

}
