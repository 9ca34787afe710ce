// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * An open file of a {@link DiskStorage}.
 */
final class DiskFile implements StorageFile {

	private final AsynchronousFileChannel channel;

	DiskFile(AsynchronousFileChannel channel) {
		this.channel = channel;
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		return result("read", this.channel.read(target, position));
	}

	@Override
	public int write(ByteBuffer source, long position) throws IOException {
		return result("write", this.channel.write(source, position));
	}

	/**
	 * The task ran on this thread, so its future is done: nothing waits here, and nothing
	 * can be interrupted.
	 */
	private static int result(String what, Future<Integer> done) throws IOException {
		try {
			return done.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof IOException cause) {
				throw translate(what, cause);
			}
			throw new IOException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Not executed on the calling thread", ex);
		}
	}

	@Override
	public void force(boolean metadata) throws IOException {
		try {
			this.channel.force(metadata);
		}
		catch (IOException ex) {
			throw translate("force", ex);
		}
	}

	@Override
	public long size() throws IOException {
		return this.channel.size();
	}

	@Override
	public void truncate(long size) throws IOException {
		this.channel.truncate(size);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Tell a full disk from other failures. The JDK has no type for it: what it passes on
	 * is the text of the operating system.
	 */
	static IOException translate(String what, IOException ex) {
		String message = String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT);
		if (message.contains("no space left") || message.contains("quota exceeded")
				|| message.contains("not enough space")) {
			return new StorageFullException("Could not " + what + ": " + ex.getMessage(), ex);
		}
		return ex;
	}

}
