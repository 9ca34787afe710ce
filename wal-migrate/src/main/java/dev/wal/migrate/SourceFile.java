// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A file of an older log, open for reading. An interrupt of the calling thread neither
 * closes it nor is lost: {@link AsynchronousFileChannel} is no interruptible channel, and
 * its reads run on the thread that asks for them.
 */
final class SourceFile implements Closeable {

	private final AsynchronousFileChannel channel;

	private SourceFile(AsynchronousFileChannel channel) {
		this.channel = channel;
	}

	static SourceFile open(Path file) throws IOException {
		return new SourceFile(AsynchronousFileChannel.open(file,
				Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), new CallingThread()));
	}

	long size() throws IOException {
		return this.channel.size();
	}

	/**
	 * Read until the buffer is full or the file ends.
	 * @return the number of bytes read
	 */
	int read(ByteBuffer target, long position) throws IOException {
		int total = 0;
		while (target.hasRemaining()) {
			int count = readOnce(target, position + total);
			if (count < 0) {
				break;
			}
			total += count;
		}
		return total;
	}

	private int readOnce(ByteBuffer target, long position) throws IOException {
		try {
			return this.channel.read(target, position).get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof IOException cause) ? cause : new IOException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Not executed on the calling thread", ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Runs every task at once.
	 */
	private static final class CallingThread extends AbstractExecutorService {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public void shutdown() {
			// Nothing runs here.
		}

		@Override
		public List<Runnable> shutdownNow() {
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return false;
		}

	}

}
