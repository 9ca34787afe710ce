// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two descriptors of a directory. With the one it can be forced when the process has no
 * more of them: a force that was never tried must not fail a log. The other is a reserve,
 * which is given up for a file that could not be opened. Thread-safe.
 */
final class DirectoryDescriptors implements Closeable {

	/** Directories cannot be opened there, and NTFS journals names by itself. */
	private static final boolean WINDOWS = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win");

	private static final Logger logger = LoggerFactory.getLogger(DirectoryDescriptors.class);

	private final Path directory;

	private volatile @Nullable AsynchronousFileChannel channel;

	private @Nullable AsynchronousFileChannel reserve;

	DirectoryDescriptors(Path directory) {
		this.directory = directory;
	}

	/**
	 * Open both, to be closed again.
	 */
	synchronized void open() throws IOException {
		if (!WINDOWS) {
			this.channel = open(this.directory);
			refill();
		}
	}

	private static AsynchronousFileChannel open(Path directory) throws IOException {
		return AsynchronousFileChannel.open(directory, Set.of(StandardOpenOption.READ), SameThreadExecutor.INSTANCE);
	}

	/**
	 * Force the directory, also while nothing is open.
	 */
	void force() throws IOException {
		AsynchronousFileChannel channel = this.channel;
		if (channel != null) {
			channel.force(true);
		}
		else {
			force(this.directory);
		}
	}

	static void force(Path directory) throws IOException {
		if (WINDOWS) {
			logger.debug("Directories are not forced on Windows");
			return;
		}
		try (AsynchronousFileChannel channel = open(directory)) {
			channel.force(true);
		}
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
		if (this.reserve == null && this.channel != null) {
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
		AsynchronousFileChannel channel = this.channel;
		this.channel = null;
		try {
			release();
		}
		finally {
			if (channel != null) {
				channel.close();
			}
		}
	}

}
