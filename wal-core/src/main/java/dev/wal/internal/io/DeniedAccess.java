// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Says why access was denied, which the operating system does not: whose the file is, its
 * mode, and as whom this process runs.
 */
final class DeniedAccess {

	private DeniedAccess() {
	}

	/**
	 * Return the exception with a reason. The file that can still be looked at, or the
	 * nearest directory above it, is the one that denies access.
	 */
	static IOException explain(AccessDeniedException denied) {
		String file = denied.getFile();
		for (Path at = (file != null) ? Path.of(file) : null; at != null; at = at.getParent()) {
			try {
				PosixFileAttributes attributes = Files.readAttributes(at, PosixFileAttributes.class,
						LinkOption.NOFOLLOW_LINKS);
				AccessDeniedException explained = new AccessDeniedException(file, null,
						"permission denied (" + (at.equals(Path.of(file)) ? "it" : at) + " belongs to "
								+ attributes.owner().getName() + ", mode "
								+ PosixFilePermissions.toString(attributes.permissions()) + "; this process runs as "
								+ System.getProperty("user.name") + ")");
				explained.initCause(denied);
				return explained;
			}
			catch (IOException | UnsupportedOperationException ex) {
				// Not readable either: the directory above it may say more.
			}
		}
		return denied;
	}

}
