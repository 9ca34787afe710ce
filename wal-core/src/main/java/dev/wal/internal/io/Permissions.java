// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has access to the directories and files that are created, where the file system
 * knows owners and groups.
 *
 * @param ofDirectory what a directory permits
 * @param ofFile what a file permits
 */
record Permissions(Set<PosixFilePermission> ofDirectory, Set<PosixFilePermission> ofFile) {

	/** Nobody but the user of this process has access. */
	static final Permissions OWNER_ONLY = of("rwx------");

	private static final Logger logger = LoggerFactory.getLogger(Permissions.class);

	/**
	 * Return the permissions of both. All that may read a directory may search it, and
	 * nobody may execute a file.
	 * @param text as in {@code rwxrwx---}
	 */
	static Permissions of(String text) {
		Set<PosixFilePermission> directory = EnumSet.noneOf(PosixFilePermission.class);
		Set<PosixFilePermission> file = EnumSet.noneOf(PosixFilePermission.class);
		for (PosixFilePermission permission : PosixFilePermissions.fromString(text)) {
			switch (permission) {
				case OWNER_READ -> directory.add(PosixFilePermission.OWNER_EXECUTE);
				case GROUP_READ -> directory.add(PosixFilePermission.GROUP_EXECUTE);
				case OTHERS_READ -> directory.add(PosixFilePermission.OTHERS_EXECUTE);
				default -> {
				}
			}
			directory.add(permission);
			if (!permission.name().endsWith("EXECUTE")) {
				file.add(permission);
			}
		}
		return new Permissions(directory, file);
	}

	static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
		return isPosix(path) ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(permissions) }
				: new FileAttribute<?>[0];
	}

	/**
	 * Give what was just created its permissions in spite of the umask, which takes
	 * nothing away from its owner.
	 */
	static void permit(Path created, Set<PosixFilePermission> permissions) throws IOException {
		if (isPosix(created) && !OWNER_ONLY.ofDirectory.containsAll(permissions)) {
			Files.setPosixFilePermissions(created, permissions);
		}
	}

	/**
	 * Warn if others have access to a directory that exists.
	 */
	void warnIfExposed(Path directory) throws IOException {
		if (isPosix(directory)) {
			Set<PosixFilePermission> found = Files.getPosixFilePermissions(directory);
			if (!this.ofDirectory.containsAll(found)) {
				logger.warn("Other users have access to {} ({}), where the log keeps its records", directory,
						PosixFilePermissions.toString(found));
			}
		}
	}

	private static boolean isPosix(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

}
