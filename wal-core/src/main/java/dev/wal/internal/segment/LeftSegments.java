// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.internal.thread.Breach;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that the log was rotated from and that are still open: their unused end is
 * to be truncated, which no append should wait for. All that they hold is durable.
 * Thread-safe, without locks.
 */
final class LeftSegments {

	private static final Logger logger = LoggerFactory.getLogger(LeftSegments.class);

	/** The last one first. */
	private final AtomicReference<@Nullable SegmentWriter> left = new AtomicReference<>();

	private final Breach logging = new Breach("The logging system");

	void add(SegmentWriter last) {
		do {
			last.nextLeft = this.left.get();
		}
		while (!this.left.compareAndSet(last.nextLeft, last));
	}

	boolean isEmpty() {
		return this.left.get() == null;
	}

	/**
	 * Truncate and close all. A failure is a WARN: the file is only larger than it needs
	 * to be.
	 */
	void trimAndClose() {
		for (SegmentWriter writer = take(); writer != null; writer = take()) {
			try {
				trimAndClose(writer);
			}
			catch (IOException ex) {
				Segment segment = writer.segment();
				this.logging.guard(() -> logger.warn("Could not truncate the unused end of {}", segment, ex));
			}
		}
	}

	private static void trimAndClose(SegmentWriter writer) throws IOException {
		try {
			writer.trim();
		}
		finally {
			writer.close();
		}
	}

	private @Nullable SegmentWriter take() {
		SegmentWriter last;
		do {
			last = this.left.get();
		}
		while (last != null && !this.left.compareAndSet(last, last.nextLeft));
		return last;
	}

	/**
	 * Close all.
	 * @param trim whether to change anything on the disk
	 */
	void close(boolean trim) throws IOException {
		if (trim) {
			trimAndClose();
		}
		for (SegmentWriter writer = take(); writer != null; writer = take()) {
			writer.close();
		}
	}

}
