// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.wal.WalDirectoryException;
import dev.wal.WalIoException;
import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.io.MountedFileSystem;
import dev.wal.internal.segment.LogDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the disk below a directory keeps what it acknowledges, and how long a
 * force takes. Immutable. A log in the directory may stay open; its work makes the
 * figures worse.
 */
public final class DiskCheck {

	private final Path directory;

	private DiskCheck(Path directory) {
		this.directory = directory;
	}

	/**
	 * Name the directory to check. Opens nothing.
	 * @param directory a directory on the disk, such as that of a log
	 * @return the check
	 */
	public static DiskCheck of(Path directory) {
		return new DiskCheck(directory);
	}

	/**
	 * Check the disk. Takes up to four seconds, and 1 MiB in a temporary file of the
	 * directory.
	 * @return what was found
	 * @throws WalDirectoryException if there is no such directory
	 * @throws WalIoException if the temporary file cannot be written
	 */
	public DiskReport run() {
		new LogDirectory(new DiskStorage(this.directory)).requireExists();
		try {
			return measure(MountedFileSystem.of(this.directory), BlockDevice.of(this.directory));
		}
		catch (IOException ex) {
			throw new WalIoException("check the disk below", this.directory, ex);
		}
	}

	private DiskReport measure(MountedFileSystem fileSystem, @Nullable BlockDevice device) throws IOException {
		List<DiskReport.Latency> latencies = new ArrayList<>();
		DiskReport.Latency log;
		DiskReport.Flushes flushes;
		try (SyncProbe probe = new SyncProbe(this.directory)) {
			latencies.add(probe.growing(false));
			latencies.add(probe.growing(true));
			OptionalLong before = flushes(device);
			log = probe.preallocated();
			OptionalLong after = flushes(device);
			// One more force than was timed: that which warmed up.
			flushes = (before.isPresent() && after.isPresent())
					? new DiskReport.Flushes(after.getAsLong() - before.getAsLong(), log.count() + 1) : null;
			latencies.add(log);
			latencies.add(probe.preallocatedDsync());
			DiskReport.Latency direct = probe.direct();
			if (direct != null) {
				latencies.add(direct);
			}
			latencies.add(probe.empty());
		}
		return new DiskReport(this.directory, fileSystem.type(), (device != null) ? device.describe() : null, latencies,
				flushes, Diagnosis.of(fileSystem, device, log, flushes));
	}

	private static OptionalLong flushes(@Nullable BlockDevice device) {
		return (device != null) ? device.flushes() : OptionalLong.empty();
	}

}
