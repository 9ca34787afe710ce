// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import dev.wal.internal.io.DiskStorage;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
	@ValueSource(
			strings = { "wal.lock", "wal.control", "wal-00000000000000000001.log", "wal-00000000000000000002.log" })
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
	@ValueSource(strings = { "wal-00000000000000000002.log.new", "wal.control.new" })
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
		// Into the close block.
		TestFiles.cut(segment, size - 20);
		for (int offset = 8192; offset < size; offset += 8) {
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
		assertThatIllegalArgumentException().isThrownBy(() -> storage.lock(name));
	}

	@ParameterizedTest
	@ValueSource(strings = { "removed", "replaced" })
	@Tag("R9")
	@Tag("R56")
	void directoryThatIsGoneFailsTheLogWithinASecond(String how) throws IOException {
		LocalWriteAheadLog wal = log().open();
		wal.append(TestRecords.text("a"));
		Path moved = this.temp.resolve("moved");
		Files.move(directory(), moved);
		if (how.equals("replaced")) {
			Files.createDirectory(directory());
		}
		long began = System.nanoTime();
		long acknowledged = 1;
		WalFailedException failure = null;
		while (failure == null) {
			assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(10));
			try {
				acknowledged = wal.append(TestRecords.text("b")).value();
			}
			catch (WalFailedException ex) {
				failure = ex;
			}
		}
		assertThat(failure).hasCauseInstanceOf(WalDirectoryLostException.class)
			.cause()
			.hasMessageContainingAll(directory().toString(), "/proc/" + ProcessHandle.current().pid() + "/fd");
		assertThat(wal.status().state()).isEqualTo(WalState.FAILED);
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(wal::close);
		if (how.equals("replaced")) {
			assertThat(directory()).isEmptyDirectory();
			Files.delete(directory());
		}
		Files.move(moved, directory());
		try (LocalWriteAheadLog reopened = log().open()) {
			assertThat(reopened.lastLsn().value()).isGreaterThanOrEqualTo(acknowledged);
		}
	}

	@Test
	@Tag("R9")
	@EnabledOnOs(OS.LINUX)
	void recordsOfADeletedDirectoryAreRescuedFromTheOpenFiles() throws IOException {
		LocalWriteAheadLog wal = log().open();
		TestRecords.appendNumbers(wal, 1, 20);
		for (Path file : TestFiles.list(directory())) {
			Files.delete(file);
		}
		Files.delete(directory());
		while (wal.status().state() == WalState.OPEN) {
			Thread.onSpinWait();
		}
		Path rescued = Files.createDirectory(this.temp.resolve("rescued"));
		for (Path open : TestFiles.list(Path.of("/proc/self/fd"))) {
			String file = Files.isSymbolicLink(open) ? Files.readSymbolicLink(open).toString() : "";
			if (file.startsWith(directory() + "/") && !file.contains("wal.lock")) {
				Files.copy(open, rescued.resolve(Path.of(file.replace(" (deleted)", "")).getFileName()));
			}
		}
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(wal::close);
		try (LocalWriteAheadLog copy = WriteAheadLog.builder(rescued).open()) {
			assertThat(copy.lastLsn()).isEqualTo(Lsn.of(20));
		}
	}

	@Test
	@Tag("R9")
	void directoryThatIsGoneIsNotCreatedAgainByARotation() throws IOException {
		LocalWriteAheadLog wal = log().open();
		wal.append(TestRecords.text("a"));
		Files.move(directory(), this.temp.resolve("moved"));
		Files.createDirectory(directory());
		assertThatExceptionOfType(WalException.class).isThrownBy(wal::rotate);
		assertThat(directory()).isEmptyDirectory();
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(wal::close);
		assertThat(directory()).isEmptyDirectory();
	}

	@Test
	@Tag("R9")
	void temporaryLogDoesNotDeleteWhatTookItsPlace() throws IOException {
		LocalWriteAheadLog wal = WriteAheadLog.temporary().preallocate(false).open();
		Path directory = wal.options().directory();
		Files.move(directory, this.temp.resolve("moved"));
		Path file = Files.createFile(Files.createDirectory(directory).resolve("wal-00000000000000000001.log"));
		assertThatExceptionOfType(WalFailedException.class).isThrownBy(wal::close);
		assertThat(file).exists();
		Files.delete(file);
		Files.delete(directory);
	}

	@Test
	@Tag("R102")
	void logThatMustExistIsNotCreatedAndLeavesNoFile() throws IOException {
		Path directory = Files.createDirectory(this.temp.resolve("unmounted"));
		assertThatExceptionOfType(WalDirectoryException.class)
			.isThrownBy(() -> WriteAheadLog.builder(directory).create(CreatePolicy.NEVER).open())
			.withMessageContaining("its volume is not mounted");
		assertThat(directory).isEmptyDirectory();
		WriteAheadLog.builder(directory).open().close();
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).create(CreatePolicy.NEVER).open()) {
			assertThat(wal.append(new byte[1])).isEqualTo(Lsn.FIRST);
		}
	}

}
