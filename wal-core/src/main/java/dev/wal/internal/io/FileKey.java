// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads the key by which a file system knows a file, whatever its path: on most systems
 * device and inode number.
 */
final class FileKey {

	private FileKey() {
	}

	/**
	 * Return the key of a file or directory.
	 * @param file the path
	 * @return the key, or an empty string where the file system has none
	 * @throws NoSuchFileException if there is nothing at this path
	 * @throws IOException if it cannot be asked
	 */
	static String of(Path file, LinkOption... options) throws IOException {
		try {
			Object key = Files.readAttributes(file, BasicFileAttributes.class, options).fileKey();
			return (key != null) ? key.toString() : "";
		}
		catch (NoSuchFileException ex) {
			throw ex;
		}
		catch (IOException ex) {
			for (Path above = file.getParent(); above != null; above = above.getParent()) {
				if (Files.exists(above) && !Files.isDirectory(above)) {
					throw new NoSuchFileException(file.toString(), null, above + " is not a directory any more");
				}
			}
			throw ex;
		}
	}

}
