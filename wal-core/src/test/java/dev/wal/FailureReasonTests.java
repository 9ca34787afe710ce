// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailureReason}.
 */
class FailureReasonTests {

	private static final Path FILE = Path.of("data", "wal");

	@Test
	void aPathIsNeverTheReason() {
		String file = FILE.toString();
		assertThat(FailureReason.of(FILE, new AccessDeniedException(file))).isEqualTo("permission denied");
		assertThat(FailureReason.of(FILE, new NoSuchFileException(file))).isEqualTo("it does not exist");
		assertThat(FailureReason.of(FILE, new FileAlreadyExistsException(file))).isEqualTo("it exists already");
		assertThat(FailureReason.of(FILE, new DirectoryNotEmptyException(file))).isEqualTo("it is not empty");
		assertThat(FailureReason.of(FILE, new FileSystemException(file))).isEqualTo("the file system gave no reason");
		assertThat(FailureReason.of(FILE, new FileSystemException(null))).isEqualTo("the file system gave no reason");
	}

	@Test
	void aPathIsNamedOnce() {
		String reason = "Too many open files";
		assertThat(FailureReason.of(FILE, new FileSystemException(FILE.toString(), null, reason))).isEqualTo(reason);
		assertThat(FailureReason.of(FILE, new FileSystemException(FILE.toAbsolutePath().toString(), null, reason)))
			.isEqualTo(reason);
		assertThat(FailureReason.of(FILE, new FileSystemException("data/wal/wal.lock", null, reason)))
			.isEqualTo("data/wal/wal.lock: " + reason);
		assertThat(new WalIoException("open", FILE, new AccessDeniedException(FILE.toString())))
			.hasMessage("Could not open " + FILE + ": permission denied");
	}

	@Test
	void anotherExceptionIsTheReasonItself() {
		assertThat(FailureReason.of(FILE, new IOException("Input/output error"))).isEqualTo("Input/output error");
		assertThat(FailureReason.of(FILE, new IOException())).isEqualTo("the cause says nothing more (IOException)");
	}

}
