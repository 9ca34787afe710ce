// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Direct buffers that are used again by all logs of the JVM. Only the garbage collector
 * frees a direct buffer, and it does not come in time: it sees a small object, and many
 * servers run with {@code -XX:+DisableExplicitGC}. So what a reader releases when it is
 * closed the next one takes, and a log that was closed keeps none. Thread-safe.
 */
public final class DirectMemory {

	/** Sizes are multiples of this, so that buffers fit more than one use. */
	private static final int UNIT = 64 * 1024;

	/** No more than this is kept unused; the rest is left to the garbage collector. */
	private static final long MOST_KEPT = 64L << 20;

	private static final DirectMemory SHARED = new DirectMemory();

	/** Guarded by this. */
	private final List<ByteBuffer> unused = new ArrayList<>();

	/** Guarded by this. */
	private long kept;

	private DirectMemory() {
	}

	/**
	 * Return a buffer that is the caller's until it is released.
	 * @param size the size that is needed, in bytes
	 * @return a buffer of at least that capacity, little-endian; not a direct one where
	 * there is no direct memory left
	 */
	public static ByteBuffer take(int size) {
		int capacity = (int) Math.min(Integer.MAX_VALUE, (size + UNIT - 1L) / UNIT * UNIT);
		ByteBuffer buffer = SHARED.poll(capacity);
		if (buffer == null) {
			buffer = allocate(capacity);
		}
		return buffer.clear().order(ByteOrder.LITTLE_ENDIAN);
	}

	private static ByteBuffer allocate(int capacity) {
		try {
			return ByteBuffer.allocateDirect(capacity);
		}
		catch (OutOfMemoryError ex) {
			return ByteBuffer.allocate(capacity);
		}
	}

	/**
	 * Make sure that buffers can be taken, and keep them for those that will.
	 * @param size the size of each
	 * @throws OutOfMemoryError if there is not enough direct memory
	 */
	public static void require(int size, int count) {
		List<ByteBuffer> buffers = new ArrayList<>();
		try {
			for (int i = 0; i < count; i++) {
				ByteBuffer buffer = take(size);
				if (!buffer.isDirect()) {
					// Says how much there is.
					buffer = ByteBuffer.allocateDirect(size);
				}
				buffers.add(buffer);
			}
		}
		finally {
			buffers.forEach(DirectMemory::give);
		}
	}

	/**
	 * Release a buffer. Nobody may use it from then on.
	 */
	public static void give(ByteBuffer buffer) {
		if (buffer.isDirect() && buffer.capacity() > 0) {
			SHARED.add(buffer);
		}
	}

	/**
	 * Return the smallest that fits, unless it is more than twice as large as needed.
	 */
	private synchronized @Nullable ByteBuffer poll(int capacity) {
		int best = -1;
		for (int i = 0; i < this.unused.size(); i++) {
			int size = this.unused.get(i).capacity();
			if (size >= capacity && size / 2 <= capacity && (best < 0 || size < this.unused.get(best).capacity())) {
				best = i;
			}
		}
		if (best < 0) {
			return null;
		}
		ByteBuffer found = this.unused.remove(best);
		this.kept -= found.capacity();
		return found;
	}

	private synchronized void add(ByteBuffer buffer) {
		if (this.kept + buffer.capacity() <= MOST_KEPT) {
			this.unused.add(buffer);
			this.kept += buffer.capacity();
		}
	}

}
