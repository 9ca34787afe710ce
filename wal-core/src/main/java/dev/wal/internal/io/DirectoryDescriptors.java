// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two open descriptors of a directory. With the one it can be forced when the process has
 * no more of them: a force that was never tried must not fail a log. The other is a
 * reserve, which is given up for a file that could not be opened. Thread-safe.
 */
final class DirectoryDescriptors implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(DirectoryDescriptors.class);

	private final Path directory;

	private final AsynchronousFileChannel channel;

	private @Nullable AsynchronousFileChannel reserve;

	private volatile boolean closed;

	private DirectoryDescriptors(Path directory) throws IOException {
		this.directory = directory;
		this.channel = open(directory);
		refill();
	}

	/**
	 * Open a directory.
	 */
	static DirectoryDescriptors of(Path directory) throws IOException {
		return new DirectoryDescriptors(directory);
	}

	static AsynchronousFileChannel open(Path directory) throws IOException {
		return AsynchronousFileChannel.open(directory, Set.of(StandardOpenOption.READ), SameThreadExecutor.INSTANCE);
	}

	boolean isOpen() {
		return !this.closed;
	}

	void force() throws IOException {
		this.channel.force(true);
	}

	/**
	 * Give up the reserve.
	 * @return whether there was one
	 */
	synchronized boolean release() throws IOException {
		AsynchronousFileChannel reserve = this.reserve;
		this.reserve = null;
		if (reserve != null) {
			reserve.close();
		}
		return reserve != null;
	}

	/**
	 * Have a reserve again, if that is possible by now.
	 */
	synchronized void refill() {
		if (this.reserve == null && !this.closed) {
			try {
				this.reserve = open(this.directory);
			}
			catch (IOException ex) {
				logger.debug("No descriptor is left to keep in reserve", ex);
			}
		}
	}

	@Override
	public synchronized void close() throws IOException {
		this.closed = true;
		try {
			release();
		}
		finally {
			this.channel.close();
		}
	}

}
