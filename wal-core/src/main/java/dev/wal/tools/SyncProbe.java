// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Measures how long a write with its force takes, in a temporary file. Each way is tried
 * for half a second at most, within 1 MiB.
 */
final class SyncProbe implements AutoCloseable {

	private static final int BLOCK = 4096;

	private static final int BLOCKS = 256;

	private static final long TIME = Duration.ofMillis(500).toNanos();

	private final Path file;

	private final ByteBuffer block = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK).slice();

	SyncProbe(Path directory) throws IOException {
		this.file = Files.createTempFile(directory, "wal-doctor-", ".tmp");
		for (int i = 0; i < BLOCK; i++) {
			this.block.put(i, (byte) i);
		}
	}

	DiskReport.Latency growing(boolean metadata) throws IOException {
		try (FileChannel channel = open(StandardOpenOption.TRUNCATE_EXISTING)) {
			return measure(metadata ? "growing file, force(true)" : "growing file, force(false)", (position) -> {
				write(channel, position);
				channel.force(metadata);
			});
		}
	}

	DiskReport.Latency preallocated() throws IOException {
		preallocate();
		try (FileChannel channel = open()) {
			return measure("zeros, force(false): what the log does", (position) -> {
				write(channel, position);
				channel.force(false);
			});
		}
	}

	DiskReport.Latency preallocatedDsync() throws IOException {
		preallocate();
		try (FileChannel channel = open(StandardOpenOption.DSYNC)) {
			return measure("zeros, O_DSYNC", (position) -> write(channel, position));
		}
	}

	/**
	 * Return the latency, or {@code null} if the JDK or the file system cannot do it.
	 */
	DiskReport.@Nullable Latency direct() throws IOException {
		OpenOption direct = directOption();
		if (direct == null) {
			return null;
		}
		preallocate();
		try (FileChannel channel = open(direct)) {
			return measure("zeros, O_DIRECT, force(false)", (position) -> {
				write(channel, position);
				channel.force(false);
			});
		}
		catch (UnsupportedOperationException | IOException ex) {
			return null;
		}
	}

	DiskReport.Latency empty() throws IOException {
		preallocate();
		try (FileChannel channel = open()) {
			return measure("force(false) with nothing written", (position) -> channel.force(false));
		}
	}

	private void preallocate() throws IOException {
		try (FileChannel channel = open(StandardOpenOption.TRUNCATE_EXISTING)) {
			channel.write(ByteBuffer.allocate(BLOCK * BLOCKS));
			channel.force(true);
		}
	}

	private FileChannel open(OpenOption... more) throws IOException {
		Set<OpenOption> options = new HashSet<>(Arrays.asList(more));
		options.add(StandardOpenOption.WRITE);
		return FileChannel.open(this.file, options);
	}

	/**
	 * Look the option up by name: it belongs to the JDK, but not to Java.
	 */
	private static @Nullable OpenOption directOption() {
		try {
			for (Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
				if (option.toString().equals("DIRECT")) {
					return (OpenOption) option;
				}
			}
			return null;
		}
		catch (ClassNotFoundException ex) {
			return null;
		}
	}

	private void write(FileChannel channel, long position) throws IOException {
		this.block.clear();
		channel.write(this.block, position);
	}

	private static DiskReport.Latency measure(String way, Attempt attempt) throws IOException {
		// The first one finds nothing warm.
		attempt.at(0);
		long[] nanos = new long[BLOCKS - 1];
		int count = 0;
		long began = System.nanoTime();
		for (long now = began; count < nanos.length && (count == 0 || now - began < TIME);) {
			attempt.at((count + 1L) * BLOCK);
			long done = System.nanoTime();
			nanos[count++] = done - now;
			now = done;
		}
		return summary(way, Arrays.copyOf(nanos, count));
	}

	/**
	 * Sum up.
	 * @param nanos the single times, at least one
	 */
	static DiskReport.Latency summary(String way, long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return new DiskReport.Latency(way, sorted.length, Duration.ofNanos(sorted[(sorted.length - 1) / 2]),
				Duration.ofNanos(sorted[(int) Math.ceil(sorted.length * 0.99) - 1]));
	}

	@Override
	public void close() throws IOException {
		Files.deleteIfExists(this.file);
	}

	/**
	 * One write and sync.
	 */
	@FunctionalInterface
	private interface Attempt {

		void at(long position) throws IOException;

	}

}
