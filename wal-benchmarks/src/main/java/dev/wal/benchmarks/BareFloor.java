package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The floor for one writer: a positional write of the payload, nothing around it, and one
 * {@code force(false)}. Nothing that is durable on return can do less. Starts over at the
 * end of the file, as a log does that recycles its segments at no cost.
 */
final class BareFloor implements Subject {

	private final long fileSize;

	BareFloor(long fileSize) {
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

		private long position;

		private final AtomicLong appended = new AtomicLong();

		File(FileChannel channel, long size, int payloadSize) {
			this.channel = channel;
			this.size = size;
			this.buffer = ByteBuffer.allocateDirect(payloadSize);
		}

		@Override
		public void append(byte[] payload) throws IOException {
			this.buffer.clear().put(payload).flip();
			if (this.position + payload.length > this.size) {
				this.position = 0;
			}
			ZeroedFile.writeFully(this.channel, this.buffer, this.position);
			this.channel.force(false);
			this.position += payload.length;
			this.appended.incrementAndGet();
		}

		@Override
		public Counts counts() {
			double appended = this.appended.get();
			double bytes = appended * this.buffer.capacity();
			return new Counts(appended, bytes, bytes);
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
		}

	}

}
