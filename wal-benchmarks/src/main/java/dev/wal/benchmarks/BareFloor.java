// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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
		return new Open(new ZeroedFile(directory.resolve("floor"), this.fileSize), payloadSize);
	}

	private static final class Open implements Log {

		private final ZeroedFile file;

		private final ByteBuffer buffer;

		private final AtomicLong appended = new AtomicLong();

		Open(ZeroedFile file, int payloadSize) {
			this.file = file;
			this.buffer = ByteBuffer.allocateDirect(payloadSize);
		}

		@Override
		public void append(byte[] payload) throws IOException {
			this.buffer.clear().put(payload).flip();
			this.file.append(this.buffer);
			this.file.force();
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
			this.file.close();
		}

	}

}
