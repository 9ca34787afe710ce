// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.wal.internal.io.MountedFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Says what the figures mean: whether a force protects anything.
 */
final class Diagnosis {

	/** No call can reach any device and return within that. */
	private static final Duration IMPOSSIBLE = Duration.ofNanos(5_000);

	/** A device may be as fast as that if it keeps its cache alive without power. */
	private static final Duration PROTECTED_CACHE = Duration.ofNanos(150_000);

	private final List<DiskReport.Finding> critical = new ArrayList<>();

	private final List<DiskReport.Finding> notes = new ArrayList<>();

	private Diagnosis() {
	}

	/**
	 * Judge a disk.
	 * @param fileSystem the file system
	 * @param device the device, or {@code null} if unknown
	 * @param log how long a force takes as the log does it
	 * @param flushes the flushes that reached the device in these forces, or {@code null}
	 * if unknown
	 * @return the findings, those against the disk first
	 */
	static List<DiskReport.Finding> of(MountedFileSystem fileSystem, @Nullable BlockDevice device,
			DiskReport.Latency log, DiskReport.@Nullable Flushes flushes) {
		Diagnosis diagnosis = new Diagnosis();
		String hazard = fileSystem.hazard();
		if (hazard != null) {
			diagnosis.against(hazard);
		}
		if (log.p50().compareTo(IMPOSSIBLE) < 0) {
			diagnosis.against("A force takes less than " + micros(IMPOSSIBLE)
					+ ", which no device can do: the call returns before the data reaches one.");
		}
		diagnosis.judgeCache(device, log, flushes);
		List<DiskReport.Finding> findings = new ArrayList<>(diagnosis.critical);
		findings.addAll(diagnosis.notes);
		return findings;
	}

	private void judgeCache(@Nullable BlockDevice device, DiskReport.Latency log,
			DiskReport.@Nullable Flushes flushes) {
		if (device == null) {
			note("The device below the file system is unknown, and so is its cache.");
			return;
		}
		if (!device.isWriteBack()) {
			note((device.writeCache() == null) ? "Linux does not say what cache " + device.name() + " has."
					: device.name() + " says that it needs no flushes (" + device.writeCache()
							+ "), so Linux sends none. Whether a force protects anything is up to the device, or to"
							+ " the host of a virtual machine.");
			return;
		}
		if (flushes != null && flushes.count() < flushes.forces() / 2) {
			against(device.name() + " has a cache that must be flushed, but only " + flushes.count()
					+ " flushes reached it in " + flushes.forces()
					+ " forces. Something swallows the others, such as the mount option nobarrier.");
		}
		else if (log.p50().compareTo(PROTECTED_CACHE) < 0) {
			note("A flush of " + device.name() + " takes " + micros(log.p50()) + ". That is honest only if its cache"
					+ " survives a loss of power (a capacitor or battery), or if a host below it keeps what it"
					+ " acknowledges.");
		}
	}

	private void against(String sentence) {
		this.critical.add(new DiskReport.Finding(true, sentence));
	}

	private void note(String sentence) {
		this.notes.add(new DiskReport.Finding(false, sentence));
	}

	private static String micros(Duration duration) {
		return duration.toNanos() / 1000 + " µs";
	}

}
