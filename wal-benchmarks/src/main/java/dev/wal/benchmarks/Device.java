// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The block device under a directory, as the operating system shows it: a log may count
 * its own forces wrongly, the device does not. Its counters include whatever other
 * processes do.
 */
final class Device {

	private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs", "devtmpfs");

	/** The fields of {@code /sys/dev/block/x:y/stat}, see the kernel's block/stat.rst. */
	private static final int SECTORS_WRITTEN = 6;

	private static final int FLUSHES = 15;

	private static final int SECTOR = 512;

	private final String fileSystem;

	private final @Nullable Path stat;

	private Device(String fileSystem, @Nullable Path stat) {
		this.fileSystem = fileSystem;
		this.stat = stat;
	}

	static Device of(Path directory) throws IOException {
		return new Device(Files.getFileStore(directory).type(), locate(directory));
	}

	private static @Nullable Path locate(Path directory) {
		try {
			long dev = (Long) Files.getAttribute(directory, "unix:dev");
			// As glibc's gnu_dev_major and gnu_dev_minor.
			long major = (dev >>> 8 & 0xFFF) | (dev >>> 32 & ~0xFFFL);
			long minor = (dev & 0xFF) | (dev >>> 12 & ~0xFFL);
			Path device = Path.of("/sys/dev/block", major + ":" + minor).toRealPath();
			Path whole = device.getParent();
			// The kernel counts flushes for whole disks only.
			if (Files.exists(device.resolve("partition")) && whole != null) {
				device = whole;
			}
			return Files.isReadable(device.resolve("stat")) ? device.resolve("stat") : null;
		}
		catch (IOException | UnsupportedOperationException | IllegalArgumentException ex) {
			// No Linux, no sysfs, or a file system without a block device.
			return null;
		}
	}

	String fileSystem() {
		return this.fileSystem;
	}

	/**
	 * Return the name of the device, or {@code n/a}.
	 */
	String name() {
		Path parent = (this.stat != null) ? this.stat.getParent() : null;
		Path name = (parent != null) ? parent.getFileName() : null;
		return (name != null) ? name.toString() : "n/a";
	}

	/**
	 * Return whether what is written here ever gets to a disk.
	 */
	boolean isMemory() {
		return MEMORY.contains(this.fileSystem);
	}

	/**
	 * Return the number of cache flushes so far, NaN if unknown.
	 */
	double flushes() {
		return counter(FLUSHES);
	}

	/**
	 * Return the number of bytes written so far, NaN if unknown.
	 */
	double bytesWritten() {
		return counter(SECTORS_WRITTEN) * SECTOR;
	}

	private double counter(int index) {
		if (this.stat == null) {
			return Double.NaN;
		}
		try {
			String[] fields = Files.readString(this.stat).trim().split("\\s+", -1);
			return (index < fields.length) ? Double.parseDouble(fields[index]) : Double.NaN;
		}
		catch (IOException | NumberFormatException ex) {
			return Double.NaN;
		}
	}

}
