// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The file that the floors write into, from its start to its end and then over again.
 * Written with zeros and not merely allocated: a sync into blocks that were never written
 * moves metadata, too, and a floor must not be slower than it can be. Not thread-safe,
 * but for {@link #force()}.
 */
final class ZeroedFile implements Closeable {

	private static final int CHUNK = 1 << 20;

	private final FileChannel channel;

	private final long size;

	private long position;

	/**
	 * Create a file.
	 * @param size is rounded up to whole chunks of 1 MiB
	 * @param options how to open it, besides for writing
	 */
	ZeroedFile(Path path, long size, OpenOption... options) throws IOException {
		OpenOption[] all = Arrays.copyOf(options, options.length + 1);
		all[options.length] = StandardOpenOption.WRITE;
		this.channel = create(path, size, all);
		this.size = size;
	}

	/**
	 * Write after what was written last, or at the start if the end is too close.
	 */
	void append(ByteBuffer source) throws IOException {
		int length = source.remaining();
		if (this.position + length > this.size) {
			this.position = 0;
		}
		writeFully(this.channel, source, this.position);
		this.position += length;
	}

	void force() throws IOException {
		this.channel.force(false);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Create a file.
	 * @param size is rounded up to whole chunks of 1 MiB
	 * @param options how to open it afterwards
	 */
	static FileChannel create(Path path, long size, OpenOption... options) throws IOException {
		ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
			for (long at = 0; at < size; at += CHUNK) {
				writeFully(channel, zeros.clear(), at);
			}
			channel.force(true);
		}
		return FileChannel.open(path, options);
	}

	static void writeFully(FileChannel channel, ByteBuffer source, long position) throws IOException {
		long offset = position;
		while (source.hasRemaining()) {
			offset += channel.write(source, offset);
		}
	}

}
