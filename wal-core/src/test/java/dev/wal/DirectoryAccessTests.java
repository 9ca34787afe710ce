// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.wal.testing.TestRecords;
import dev.wal.testing.process.LockMain;
import dev.wal.testing.process.TestProcess;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for who has access to a log, and for what the log opens.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DirectoryAccessTests {

	@TempDir
	Path temp;

	private Path directory() {
		return this.temp.resolve("parent/log");
	}

	private WalBuilder log() {
		return WriteAheadLog.builder(directory()).segmentSize(1 << 20).preallocate(false);
	}

	private static String permissions(Path file) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
	}

	private static int run(String... command) throws Exception {
		return new ProcessBuilder(command).inheritIO().start().waitFor();
	}

	@Test
	void nobodyElseHasAccessByDefault() throws IOException {
		log().open().close();
		assertThat(permissions(directory())).isEqualTo("rwx------");
		assertThat(permissions(directory().getParent())).isEqualTo("rwx------");
		try (Stream<Path> files = Files.list(directory())) {
			assertThat(files.toList()).allSatisfy((file) -> assertThat(permissions(file)).isEqualTo("rw-------"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwx---", "rw-rw----" })
	void groupHasAccessWhereItIsPermittedWhateverTheUmask(String permissions) throws IOException {
		try (LocalWriteAheadLog wal = log().permissions(permissions).open()) {
			TestRecords.appendNumbers(wal, 1, 3);
			wal.rotate();
			wal.append(new byte[1]);
			wal.checkpoint(Lsn.of(3));
			assertThat(permissions(directory())).isEqualTo("rwxrwx---");
			assertThat(permissions(directory().getParent())).isEqualTo("rwxrwx---");
			try (Stream<Path> files = Files.list(directory())) {
				assertThat(files.toList()).isNotEmpty()
					.allSatisfy((file) -> assertThat(permissions(file)).isEqualTo("rw-rw----"));
			}
		}
	}

	@Test
	void anotherUserOfTheGroupOpensTheLog() throws Exception {
		assumeThat(System.getProperty("user.name")).isEqualTo("root");
		assumeThat(run("sh", "-c", "command -v setpriv > /dev/null")).isZero();
		Path volume = Files.createDirectories(this.temp.resolve("volume"));
		for (Path level = volume; !level.equals(this.temp.getParent()); level = level.getParent()) {
			Files.setPosixFilePermissions(level, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxr-x"));
		assertThat(openAs(100_100, volume.resolve("log"))).isEqualTo("#open");
		assertThat(openAs(100_200, volume.resolve("log"))).isEqualTo("#open");
	}

	/**
	 * Run a log of another user of group 0, from a class path that this user can read.
	 */
	private String openAs(int user, Path directory) throws Exception {
		Path classes = this.temp.resolve("classes");
		List<String> classPath = new ArrayList<>();
		for (Class<?> type : List.of(WriteAheadLog.class, LockMain.class, Logger.class)) {
			Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
			Path target = classes.resolve(type.getSimpleName());
			Files.createDirectories(target);
			run("cp", "-r", source.toString(), target.toString());
			classPath.add(target.resolve(source.getFileName()).toString());
		}
		run("chmod", "-R", "a+rX", classes.toString());
		List<String> launcher = List.of("setpriv", "--reuid=" + user, "--regid=0", "--clear-groups", "sh", "-c",
				"umask 077; exec \"$@\"", "sh");
		try (TestProcess process = TestProcess.start(launcher, LockMain.class, this.temp,
				List.of("-cp", String.join(":", classPath)), directory.toString(), "rwxrwx---")) {
			String answer = process.ask("open");
			process.ask("append");
			process.ask("close");
			return answer;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "wal.lock", "wal.control", "wal-00000000000000000002.log" })
	@Tag("R14")
	@Tag("R102")
	void pipeUnderANameOfTheLogIsRefusedAtOnce(String name) throws Exception {
		log().open().close();
		Files.deleteIfExists(directory().resolve(name));
		assertThat(run("mkfifo", directory().resolve(name).toString())).isZero();
		assertThatExceptionOfType(WalException.class).isThrownBy(() -> log().open())
			.withMessageContainingAll(name, "is a pipe, device or socket");
		if (name.equals("wal.lock")) {
			return;
		}
		assertThatExceptionOfType(WalException.class).isThrownBy(() -> WalDirectory.of(directory()).verify())
			.withMessageContaining("is a pipe, device or socket");
		assertThatExceptionOfType(WalException.class).isThrownBy(() -> log().openReadOnly())
			.withMessageContaining("is a pipe, device or socket");
	}

	@ParameterizedTest
	@ValueSource(strings = { "wal.lock", "wal.control", "wal-00000000000000000002.log" })
	@Tag("R102")
	void directoryUnderANameOfTheLogIsRefused(String name) throws IOException {
		log().open().close();
		Files.deleteIfExists(directory().resolve(name));
		Files.createDirectory(directory().resolve(name));
		assertThatExceptionOfType(WalException.class).isThrownBy(() -> log().open())
			.withMessageContainingAll(name, "is a directory");
	}

	@Test
	@Tag("R14")
	void listingTheFilesOfALogDoesNotWaitForAPipe() throws Exception {
		log().open().close();
		run("mkfifo", directory().resolve("wal-00000000000000000002.log").toString());
		long began = System.nanoTime();
		try {
			WalDirectory.of(directory()).files();
		}
		catch (WalIoException ex) {
			assertThat(ex).hasMessageContaining("is a pipe, device or socket");
		}
		assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(30));
	}

}
