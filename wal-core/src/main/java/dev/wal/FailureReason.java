// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Puts into words what a file system said. The message of a {@link FileSystemException}
 * is the path, and often nothing else.
 */
final class FailureReason {

	private FailureReason() {
	}

	/**
	 * Describe a failure.
	 * @param file the file that the sentence has named already
	 * @param cause what the file system said
	 * @return the reason as a phrase, with the path of the file that failed if it is
	 * another one
	 */
	static String of(Path file, Throwable cause) {
		if (cause instanceof FileSystemException ex) {
			String reason = (ex.getReason() != null) ? ex.getReason() : phrase(ex);
			return isNamed(file, ex.getFile()) ? reason : ex.getFile() + ": " + reason;
		}
		String message = cause.getMessage();
		return (message != null) ? message : "the cause says nothing more (" + cause.getClass().getSimpleName() + ")";
	}

	private static boolean isNamed(Path file, @Nullable String other) {
		return other == null || file.toAbsolutePath().normalize().equals(Path.of(other).toAbsolutePath().normalize());
	}

	private static String phrase(FileSystemException ex) {
		if (ex instanceof AccessDeniedException) {
			return "permission denied";
		}
		if (ex instanceof NoSuchFileException) {
			return "it does not exist";
		}
		if (ex instanceof FileAlreadyExistsException) {
			return "it exists already";
		}
		if (ex instanceof DirectoryNotEmptyException) {
			return "it is not empty";
		}
		return "the file system gave no reason";
	}

}
