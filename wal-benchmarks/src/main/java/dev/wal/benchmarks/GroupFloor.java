// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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
		return new Open(new ZeroedFile(directory.resolve("floor"), this.fileSize));
	}

	private static final class Open implements Log {

		private final ZeroedFile file;

		private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

		private final GroupCommit group = new GroupCommit(this::commit);

		private final AtomicLong forces = new AtomicLong();

		private final AtomicLong bytes = new AtomicLong();

		Open(ZeroedFile file) {
			this.file = file;
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
			this.file.append(this.buffer);
			this.file.force();
			this.forces.incrementAndGet();
			this.bytes.addAndGet(length);
		}

		@Override
		public Counts counts() {
			return new Counts(this.forces.get(), this.bytes.get(), this.bytes.get());
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
