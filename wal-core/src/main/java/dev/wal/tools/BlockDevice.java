// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * Reads what Linux shows of the block device below a directory. Its counters include the
 * work of other processes.
 *
 * @param name its name, such as {@code nvme0n1}
 * @param writeCache what the kernel says of its cache: {@code write back}, to be flushed,
 * or {@code write through}, never flushed; {@code null} if unknown
 * @param stat the file with its counters
 */
record BlockDevice(String name, @Nullable String writeCache, Path stat) {

	/** The field of {@code stat} with the flushes; kernels before 5.5 have none. */
	private static final int FLUSHES = 15;

	/**
	 * Find the device of a directory.
	 * @return the device, or {@code null} if this is not Linux or Linux names no device
	 */
	static @Nullable BlockDevice of(Path directory) {
		try {
			long number = (Long) Files.getAttribute(directory, "unix:dev");
			// The bits of the two numbers as glibc's gnu_dev_makedev() mixes them.
			long major = ((number >>> 8) & 0xFFF) | ((number >>> 32) & 0xFFFFF000L);
			long minor = (number & 0xFF) | ((number >>> 12) & 0xFFFFFF00L);
			return at(Path.of("/sys/dev/block/" + major + ":" + minor).toRealPath());
		}
		catch (IOException | UnsupportedOperationException | IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Read what the kernel shows of a device.
	 * @param entry the directory of the device, or of a partition of it
	 */
	static @Nullable BlockDevice at(Path entry) throws IOException {
		// Partitions share the cache and the flushes of the whole device.
		Path whole = Files.exists(entry.resolve("partition")) ? entry.getParent() : entry;
		if (whole == null || whole.getFileName() == null || !Files.isReadable(whole.resolve("stat"))) {
			return null;
		}
		Path cache = whole.resolve("queue").resolve("write_cache");
		return new BlockDevice(whole.getFileName().toString(),
				Files.isReadable(cache) ? Files.readString(cache).strip() : null, whole.resolve("stat"));
	}

	/**
	 * Return the number of flushes so far.
	 */
	OptionalLong flushes() {
		try {
			String[] fields = Files.readString(this.stat).strip().split("\\s+", -1);
			return (fields.length > FLUSHES) ? OptionalLong.of(Long.parseLong(fields[FLUSHES])) : OptionalLong.empty();
		}
		catch (IOException | NumberFormatException ex) {
			return OptionalLong.empty();
		}
	}

	DiskReport.Device describe() {
		return new DiskReport.Device(this.name, this.writeCache);
	}

	boolean isWriteBack() {
		return "write back".equals(this.writeCache);
	}

}
