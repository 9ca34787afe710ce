// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.nio.ByteBuffer;

import dev.wal.internal.io.StorageFile;

/**
 * Bytes that are read like a file.
 */
public final class MemoryFile implements StorageFile {

	private final byte[] content;

	public MemoryFile(byte[] content) {
		this.content = content;
	}

	@Override
	public int read(ByteBuffer target, long position) {
		if (position >= this.content.length) {
			return -1;
		}
		int count = (int) Math.min(target.remaining(), this.content.length - position);
		target.put(this.content, (int) position, count);
		return count;
	}

	@Override
	public int write(ByteBuffer source, long position) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void force(boolean metadata) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long size() {
		return this.content.length;
	}

	@Override
	public void truncate(long size) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void close() {
		// There is nothing to release.
	}

}
