// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the figures say about whether a force protects anything.
 *
 * @param trusted whether nothing speaks against it
 * @param reasons the findings, as sentences
 */
record Diagnosis(boolean trusted, List<String> reasons) {

	/** No way to a device and back is as short as that, whatever the device. */
	private static final long IMPOSSIBLE_NANOS = 5_000;

	/** A device may be as fast as that if it keeps its cache alive without power. */
	private static final long PROTECTED_CACHE_NANOS = 150_000;

	private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs", "devtmpfs");

	private static final Set<String> LAYERED = Set.of("overlay", "overlayfs", "aufs", "fuse-overlayfs");

	private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf",
			"ceph", "glusterfs", "lustre", "afs");

	Diagnosis {
		reasons = List.copyOf(reasons);
	}

	/**
	 * Judge.
	 * @param fileSystem the type of the file system
	 * @param device the device, or {@code null} if unknown
	 * @param log how long a sync takes as the log does it
	 * @param flushes how many flushes reached the device meanwhile, if that is known
	 */
	static Diagnosis of(String fileSystem, @Nullable BlockDevice device, SyncLatency log, OptionalLong flushes) {
		List<String> against = new ArrayList<>();
		List<String> notes = new ArrayList<>();
		String type = fileSystem.toLowerCase(Locale.ROOT);
		if (MEMORY.contains(type)) {
			against.add("The file system " + fileSystem + " is in memory: a force does nothing, and a restart of the"
					+ " machine loses everything.");
		}
		if (LAYERED.contains(type)) {
			against.add("The file system " + fileSystem + " is a layer of a container: what a force does is up to the"
					+ " layer below, and the files go away with the container. Use a volume.");
		}
		if (REMOTE.contains(type) || type.startsWith("fuse")) {
			against.add("The file system " + fileSystem + " passes forces on to somebody else: the log does not support"
					+ " that, as locks and forces mean too little there.");
		}
		if (log.p50() < IMPOSSIBLE_NANOS) {
			against.add("A force takes less than " + IMPOSSIBLE_NANOS / 1000 + " µs, which is too short for any device:"
					+ " it is answered before anything was asked of one.");
		}
		judgeCache(device, log, flushes, against, notes);
		boolean trusted = against.isEmpty();
		against.addAll(notes);
		return new Diagnosis(trusted, against);
	}

	private static void judgeCache(@Nullable BlockDevice device, SyncLatency log, OptionalLong flushes,
			List<String> against, List<String> notes) {
		if (device == null) {
			notes.add("Which device is behind it is not known, so that nothing can be said about its cache.");
			return;
		}
		if (!device.isWriteBack()) {
			notes.add((device.writeCache() == null) ? "Linux does not say what cache " + device.name() + " has."
					: device.name() + " says that it needs no flushes (" + device.writeCache()
							+ "), so Linux sends none: a force is worth what the device, or the host of a virtual"
							+ " machine, makes of that.");
			return;
		}
		if (flushes.isPresent() && flushes.getAsLong() < log.count() / 2) {
			against.add(device.name() + " has a cache that must be flushed, but only " + flushes.getAsLong()
					+ " flushes" + " reached it in " + log.count()
					+ " forces: something between swallows them, such as the mount" + " option nobarrier.");
		}
		else if (log.p50() < PROTECTED_CACHE_NANOS) {
			notes.add("A flush of " + device.name() + " takes " + log.p50() / 1000 + " µs. That is honest only if its"
					+ " cache survives a loss of power (a capacitor or battery), or if a host below it keeps what it"
					+ " acknowledges.");
		}
	}

}
