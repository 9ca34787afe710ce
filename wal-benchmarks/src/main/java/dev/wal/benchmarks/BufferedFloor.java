// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

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
		return new Open(new ZeroedFile(directory.resolve("floor"), this.fileSize), payloadSize);
	}

	private static final class Open implements Log {

		private final ZeroedFile file;

		private final ByteBuffer buffer;

		private final PeriodicTask forcing;

		private final AtomicLong forces = new AtomicLong();

		Open(ZeroedFile file, int payloadSize) {
			this.file = file;
			this.buffer = ByteBuffer.allocateDirect(payloadSize);
			this.forcing = new PeriodicTask(INTERVAL_MILLIS, this::forceQuietly);
		}

		@Override
		public void append(byte[] payload) throws IOException {
			this.buffer.clear().put(payload).flip();
			this.file.append(this.buffer);
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
			this.file.force();
			this.forces.incrementAndGet();
		}

		@Override
		public Counts counts() {
			return new Counts(this.forces.get(), Double.NaN, Double.NaN);
		}

		@Override
		public void close() throws IOException {
			this.forcing.close();
			this.file.close();
		}

	}

}
