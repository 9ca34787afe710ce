// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory of an older log: lists its names and opens its regular files, for reading
 * only. The directory may be reached through a symbolic link; a file in it may not be
 * one, so that no name leads out of it.
 */
final class SourceDirectory {

	private final Path path;

	SourceDirectory(Path path) {
		this.path = path.toAbsolutePath().normalize();
	}

	Path path() {
		return this.path;
	}

	boolean exists() {
		return Files.isDirectory(this.path);
	}

	List<String> names() throws IOException {
		List<String> names = new ArrayList<>();
		try (DirectoryStream<Path> entries = Files.newDirectoryStream(this.path)) {
			for (Path entry : entries) {
				names.add(entry.getFileName().toString());
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		return names;
	}

	/**
	 * Open a file. Its kind is checked first, as opening a pipe waits for a writer.
	 * @throws NotRegularException if it is not a regular file
	 */
	SourceFile open(String name) throws IOException {
		Path file = this.path.resolve(name);
		BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!attributes.isRegularFile()) {
			throw new NotRegularException("it is " + kind(attributes) + ", not a regular file");
		}
		return SourceFile.open(file);
	}

	private static String kind(BasicFileAttributes attributes) {
		if (attributes.isSymbolicLink()) {
			return "a symbolic link";
		}
		return attributes.isDirectory() ? "a directory" : "a pipe or a device";
	}

	/**
	 * What has the name of a file is none.
	 */
	static final class NotRegularException extends IOException {

		private static final long serialVersionUID = 1L;

		NotRegularException(String reason) {
			super(reason);
		}

		String reason() {
			return String.valueOf(getMessage());
		}

	}

}
