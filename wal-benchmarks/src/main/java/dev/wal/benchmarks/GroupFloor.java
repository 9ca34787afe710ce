package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The floor for many writers: {@link GroupCommit} over one positional write and one
 * {@code force(false)} for each batch.
 */
final class GroupFloor implements Subject {

	private static final int BUFFER = 1 << 20;

	private final long fileSize;

	GroupFloor(long fileSize) {
		this.fileSize = fileSize;
	}

	@Override
	public String name() {
		return "floor";
	}

	@Override
	public Log open(Path directory, int payloadSize) throws IOException {
		return new File(ZeroedFile.create(directory.resolve("floor"), this.fileSize, StandardOpenOption.WRITE),
				this.fileSize);
	}

	private static final class File implements Log {

		private final FileChannel channel;

		private final long size;

		private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

		private final GroupCommit group = new GroupCommit(this::commit);

		private long position;

		private final AtomicLong forces = new AtomicLong();

		private final AtomicLong bytes = new AtomicLong();

		File(FileChannel channel, long size) {
			this.channel = channel;
			this.size = size;
		}

		@Override
		public void append(byte[] payload) throws Exception {
			this.group.append(payload);
		}

		private void commit(byte[][] payloads, int count) throws IOException {
			this.buffer.clear();
			for (int i = 0; i < count; i++) {
				this.buffer.put(payloads[i]);
			}
			int length = this.buffer.flip().limit();
			if (this.position + length > this.size) {
				this.position = 0;
			}
			ZeroedFile.writeFully(this.channel, this.buffer, this.position);
			this.channel.force(false);
			this.position += length;
			this.forces.incrementAndGet();
			this.bytes.addAndGet(length);
		}

		@Override
		public Counts counts() {
			return new Counts(this.forces.get(), this.bytes.get(), this.bytes.get());
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
		}

	}

}
