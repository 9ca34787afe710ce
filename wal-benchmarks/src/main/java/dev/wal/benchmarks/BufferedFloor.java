package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The floor for appends that only hand their bytes to the operating system: a positional
 * write each, and a force every 100 ms on a thread of its own, as the log does it. The
 * file must be larger than what is written between two forces, or overwriting what was
 * never forced would save the disk work that a log has to do.
 */
final class BufferedFloor implements Subject {

	static final long INTERVAL_MILLIS = 100;

	private final long fileSize;

	BufferedFloor(long fileSize) {
		this.fileSize = fileSize;
	}

	@Override
	public String name() {
		return "floor";
	}

	@Override
	public Log open(Path directory, int payloadSize) throws IOException {
		return new File(ZeroedFile.create(directory.resolve("floor"), this.fileSize, StandardOpenOption.WRITE),
				this.fileSize, payloadSize);
	}

	private static final class File implements Log {

		private final FileChannel channel;

		private final long size;

		private final ByteBuffer buffer;

		private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

		private final ScheduledFuture<?> forcing;

		private long position;

		private volatile long forces;

		File(FileChannel channel, long size, int payloadSize) {
			this.channel = channel;
			this.size = size;
			this.buffer = ByteBuffer.allocateDirect(payloadSize);
			this.forcing = this.timer.scheduleWithFixedDelay(this::forceQuietly, INTERVAL_MILLIS, INTERVAL_MILLIS,
					TimeUnit.MILLISECONDS);
		}

		@Override
		public void append(byte[] payload) throws IOException {
			this.buffer.clear().put(payload).flip();
			if (this.position + payload.length > this.size) {
				this.position = 0;
			}
			ZeroedFile.writeFully(this.channel, this.buffer, this.position);
			this.position += payload.length;
		}

		private void forceQuietly() {
			try {
				sync();
			}
			catch (IOException ex) {
				throw new IllegalStateException("Could not force the floor", ex);
			}
		}

		@Override
		public synchronized void sync() throws IOException {
			this.channel.force(false);
			this.forces = this.forces + 1;
		}

		@Override
		public Counts counts() {
			return new Counts(this.forces, Double.NaN, Double.NaN);
		}

		@Override
		public void close() throws Exception {
			this.forcing.cancel(false);
			this.timer.shutdown();
			if (!this.timer.awaitTermination(10, TimeUnit.SECONDS)) {
				throw new IOException("A force takes more than 10 seconds");
			}
			this.channel.close();
		}

	}

}
