// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wal.internal.io.DiskStorage;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests that a log stays in its directory, and that the directory stays its own.
 */
class DirectoryTests {

	@TempDir
	private Path temp;

	private Path directory() {
		return this.temp.resolve("log");
	}

	private WalBuilder log() {
		return WriteAheadLog.builder(directory()).segmentSize(1 << 20).preallocate(false);
	}

	/** A closed log, and a file outside of it that must stay as it is. */
	private Path victim() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 3);
		}
		Path victim = this.temp.resolve("victim");
		TestFiles.write(victim, TestRecords.text("not yours"));
		return victim;
	}

	@ParameterizedTest
	@ValueSource(strings = { "wal.lock", "checkpoint", "wal-00000000000000000001.log", "wal-00000000000000000002.log" })
	@Tag("R1")
	@Tag("R102")
	void symbolicLinkInPlaceOfAFileIsRefusedAndNotFollowed(String name) throws IOException {
		Path victim = victim();
		Files.deleteIfExists(directory().resolve(name));
		Files.createSymbolicLink(directory().resolve(name), victim);
		assertThatExceptionOfType(WalException.class).isThrownBy(() -> log().open())
			.isInstanceOfAny(WalIoException.class, WalDirectoryException.class);
		assertThat(victim).hasContent("not yours");
		assertThat(directory().resolve(name)).isSymbolicLink();
	}

	@ParameterizedTest
	@ValueSource(strings = { "wal-00000000000000000002.log.new", "checkpoint.new" })
	@Tag("R1")
	void symbolicLinkInPlaceOfAnUnfinishedFileGoesAwayAlone(String name) throws IOException {
		Path victim = victim();
		Files.createSymbolicLink(directory().resolve(name), victim);
		try (LocalWriteAheadLog wal = log().open()) {
			wal.rotate();
			wal.append(new byte[1]);
			wal.checkpoint(Lsn.of(3));
		}
		assertThat(victim).hasContent("not yours");
		assertThat(directory().resolve(name)).doesNotExist();
	}

	@Test
	@Tag("R1")
	@Tag("R60")
	void symbolicLinksInTheWayOfSideFilesAreNotFollowed() throws IOException {
		Path victim = victim();
		Path segment = TestFiles.segment(directory(), 1);
		int size = TestFiles.read(segment).length;
		// Into the last record, behind which there is only the close block.
		TestFiles.cut(segment, size - 60);
		for (int offset = 4096; offset < size; offset += 8) {
			Files.createSymbolicLink(directory().resolve("wal-00000000000000000001." + offset + ".torn"), victim);
		}
		try (LocalWriteAheadLog wal = log().tornBytesKept(1 << 20).open()) {
			assertThat(wal.tailState().kind()).isEqualTo(TailState.Kind.TRUNCATED);
		}
		catch (WalIoException ex) {
			// Refused is as good, as long as nothing is followed.
		}
		assertThat(victim).hasContent("not yours");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../victim", "..", ".", "", "a/b", "/victim" })
	@Tag("R1")
	void nameThatLeadsOutOfTheDirectoryIsRefused(String name) {
		DiskStorage storage = new DiskStorage(this.temp);
		assertThatIllegalArgumentException().isThrownBy(() -> storage.create(name));
		assertThatIllegalArgumentException().isThrownBy(() -> storage.open(name));
		assertThatIllegalArgumentException().isThrownBy(() -> storage.openForReading(name));
		assertThatIllegalArgumentException().isThrownBy(() -> storage.delete(name));
		assertThatIllegalArgumentException().isThrownBy(() -> storage.rename("a", name));
		assertThatIllegalArgumentException().isThrownBy(() -> storage.lock(name, "me"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "removed", "replaced" })
	@Tag("R56")
	void directoryThatIsGoneTakesNoFurtherFile(String how) throws IOException {
		LocalWriteAheadLog wal = log().open();
		wal.append(TestRecords.text("a"));
		Path moved = this.temp.resolve("moved");
		Files.move(directory(), moved);
		if (how.equals("replaced")) {
			Files.createDirectory(directory());
		}
		assertThatExceptionOfType(WalIoException.class).isThrownBy(wal::rotate)
			.withMessageContainingAll(directory().toString(), "while the log was open");
		assertThatExceptionOfType(WalIoException.class).isThrownBy(() -> wal.checkpoint(Lsn.of(1)));
		assertThat(wal.status().state()).isEqualTo(WalState.REJECTING);
		wal.append(TestRecords.text("b"));
		if (how.equals("replaced")) {
			assertThat(directory()).isEmptyDirectory();
			Files.delete(directory());
		}
		Files.move(moved, directory());
		assertThat(wal.rotate()).isTrue();
		assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
		wal.append(TestRecords.text("c"));
		wal.close();
		try (LocalWriteAheadLog reopened = log().open()) {
			assertThat(TestRecords.texts(reopened)).containsExactly("a", "b", "c");
		}
	}

}
