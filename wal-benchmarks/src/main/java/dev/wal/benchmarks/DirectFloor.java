// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a lone writer gets past the page cache: a whole block is written with DIRECT and
 * DSYNC, and no force follows. Not the floor that the log is held against, since a record
 * of 256 bytes then takes a block of 4 KiB: here for the reader who asks.
 */
final class DirectFloor implements Subject {

	private final long fileSize;

	DirectFloor(long fileSize) {
		this.fileSize = fileSize;
	}

	@Override
	public String name() {
		return "floor-direct";
	}

	@Override
	public Log open(Path directory, int payloadSize) throws IOException {
		int block = (int) Files.getFileStore(directory).getBlockSize();
		ZeroedFile file = new ZeroedFile(directory.resolve("floor"), this.fileSize, StandardOpenOption.DSYNC, direct());
		return new Open(file, payloadSize, block);
	}

	/**
	 * Return {@code com.sun.nio.file.ExtendedOpenOption.DIRECT}. By name, since some JDKs
	 * warn of the import and have no way to be told that it is meant.
	 */
	static OpenOption direct() {
		try {
			for (Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
				if (option instanceof OpenOption direct && option.toString().equals("DIRECT")) {
					return direct;
				}
			}
		}
		catch (ClassNotFoundException ex) {
			throw new UnsupportedOperationException("This JDK knows no direct I/O", ex);
		}
		throw new UnsupportedOperationException("This JDK knows no direct I/O");
	}

	private static final class Open implements Log {

		private final ZeroedFile file;

		private final ByteBuffer buffer;

		private final int payloadSize;

		private final AtomicLong appended = new AtomicLong();

		Open(ZeroedFile file, int payloadSize, int block) {
			int length = (payloadSize + block - 1) / block * block;
			this.payloadSize = payloadSize;
			this.file = file;
			this.buffer = ByteBuffer.allocateDirect(length + block - 1).alignedSlice(block).limit(length).slice();
		}

		@Override
		public void append(byte[] payload) throws IOException {
			this.buffer.clear().put(payload).rewind();
			this.file.append(this.buffer);
			this.appended.incrementAndGet();
		}

		@Override
		public Counts counts() {
			double appended = this.appended.get();
			return new Counts(appended, appended * this.buffer.capacity(), appended * this.payloadSize);
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
