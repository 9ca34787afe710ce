// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link FullDisk}.
 */
@Tag("R47")
class FullDiskTests {

	@TempDir
	Path temp;

	private FullDisk disk(long usableSpace) {
		return new FullDisk(this.temp, () -> usableSpace);
	}

	@Test
	void noUsableSpaceIsAFullDiskInAnyLanguage() {
		IOException said = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
		assertThat(disk(0).translate("write", said, 100)).isInstanceOf(StorageFullException.class).hasCause(said);
		FileSystemException open = new FileSystemException("x", null, "Auf dem Gerät ist kein Speicherplatz");
		assertThat(disk(0).translate("open", open, 0)).isInstanceOf(StorageFullException.class);
	}

	@Test
	void otherFailuresStayAsTheyAreWhileThereIsSpace() {
		for (String text : new String[] { "Input/output error", "Too many open files", "Read-only file system" }) {
			IOException said = new IOException(text);
			assertThat(disk(1L << 40).translate("write", said, 100)).isSameAs(said);
			FileSystemException open = new FileSystemException("x", null, text);
			assertThat(disk(1L << 40).translate("open", open, 0)).isSameAs(open);
		}
		NoSuchFileException missing = new NoSuchFileException("x");
		assertThat(disk(0).translate("open", missing, 0)).isSameAs(missing);
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	void spaceThatIsBackAlreadyIsRecognizedByTheTextOfTheSystem() throws IOException {
		Path full = Path.of("/dev/full");
		assumeTrue(Files.exists(full));
		try (DiskFile file = new DiskFile(
				AsynchronousFileChannel.open(full, Set.of(StandardOpenOption.WRITE), SameThreadExecutor.INSTANCE),
				disk(1L << 40))) {
			assertThatExceptionOfType(StorageFullException.class)
				.isThrownBy(() -> file.writeFully(ByteBuffer.allocate(10), 0));
		}
	}

}
