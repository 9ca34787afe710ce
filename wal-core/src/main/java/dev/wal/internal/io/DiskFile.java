// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * An open file of a {@link DiskStorage}.
 */
final class DiskFile implements StorageFile {

	/**
	 * A buffer that is not direct is read and written in parts of this size: the JDK
	 * copies each by a direct buffer that it keeps for the thread.
	 */
	private static final int PART = 256 * 1024;

	private final AsynchronousFileChannel channel;

	private final @Nullable FullDisk fullDisk;

	/**
	 * Create a file.
	 * @param fullDisk tells why it cannot be written, {@code null} if it is only read
	 */
	DiskFile(AsynchronousFileChannel channel, @Nullable FullDisk fullDisk) {
		this.channel = channel;
		this.fullDisk = fullDisk;
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		if (target.isDirect() || target.remaining() <= PART) {
			return result(this.channel.read(target, position));
		}
		int limit = target.limit();
		try {
			return result(this.channel.read(target.limit(target.position() + PART), position));
		}
		finally {
			target.limit(limit);
		}
	}

	@Override
	public int write(ByteBuffer source, long position) throws IOException {
		long end = position + source.remaining();
		try {
			return write(this.channel, source, position);
		}
		catch (IOException ex) {
			throw translate("write", ex, end);
		}
	}

	private IOException translate(String what, IOException ex, long end) {
		return (this.fullDisk != null) ? this.fullDisk.translate(what, ex, end) : ex;
	}

	static int write(AsynchronousFileChannel channel, ByteBuffer source, long position) throws IOException {
		if (source.isDirect() || source.remaining() <= PART) {
			return result(channel.write(source, position));
		}
		int limit = source.limit();
		try {
			return result(channel.write(source.limit(source.position() + PART), position));
		}
		finally {
			source.limit(limit);
		}
	}

	/**
	 * The task ran on this thread, so its future is done: nothing waits here, and nothing
	 * can be interrupted.
	 */
	private static int result(Future<Integer> done) throws IOException {
		try {
			return done.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof IOException cause) {
				throw cause;
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
			throw translate("force", ex, 0);
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

}
