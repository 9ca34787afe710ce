// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The file system that a directory lies on, as the mount table names it. Finding it takes
 * a look at that table alone: it writes nothing, and is cheap enough for every open.
 *
 * @param type its type, such as {@code ext4}
 * @param device what is mounted, such as {@code /dev/sda1} or {@code server:/export}
 */
public record MountedFileSystem(String type, String device) {

	private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs", "devtmpfs");

	private static final Set<String> LAYERED = Set.of("overlay", "overlayfs", "aufs", "fuse-overlayfs",
			"fuse.fuse-overlayfs");

	private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "virtiofs",
			"vboxsf", "ceph", "glusterfs", "lustre", "afs", "afpfs", "webdav");

	/**
	 * Find the file system of a directory.
	 * @param directory the directory, which must exist
	 * @return the file system
	 * @throws IOException if the operating system does not tell
	 */
	public static MountedFileSystem of(Path directory) throws IOException {
		FileStore store = Files.getFileStore(directory);
		return new MountedFileSystem(store.type(), store.name());
	}

	/**
	 * Say why a log is not safe on a file system of this type.
	 * @return sentences for a message, or {@code null} if nothing is known against the
	 * type
	 */
	public @Nullable String hazard() {
		String name = this.type.toLowerCase(Locale.ROOT);
		if (MEMORY.contains(name)) {
			return "The file system " + this.type + " is in memory: a force does nothing, and a restart of the machine"
					+ " loses everything. Use a directory on a disk.";
		}
		if (LAYERED.contains(name)) {
			return "The file system " + this.type + " is a layer of a container: its files are deleted with the"
					+ " container, and the layer below decides what a force does. Use a volume.";
		}
		// Drivers in user space pass calls on to a program, and mostly to another host.
		if (REMOTE.contains(name) || name.equals("fuse") || name.startsWith("fuse.")) {
			return "The file system " + this.type + " is remote. Remote file systems are not supported: their locks and"
					+ " forces are not reliable.";
		}
		return null;
	}

}
