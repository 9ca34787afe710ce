package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes the file that the floors write into. Written with zeros and not merely allocated:
 * a sync into blocks that were never written moves metadata, too, and a floor must not be
 * slower than it can be.
 */
final class ZeroedFile {

	private static final int CHUNK = 1 << 20;

	private ZeroedFile() {
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
