// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.zip.CRC32C;

import dev.wal.internal.io.DiskStorage;
import dev.wal.internal.segment.ControlFile;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.process.LockMain;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for what the lock of a directory withstands, and whom it does not keep out.
 */
@Tag("R9")
@Tag("Rule11")
class LockTests {

	@TempDir
	Path temp;

	private Path directory() {
		return this.temp.resolve("log");
	}

	private Path lockFile() {
		return directory().resolve("wal.lock");
	}

	private WalBuilder log() {
		return log(directory());
	}

	private static WalBuilder log(Path directory) {
		return WriteAheadLog.builder(directory).segmentSize(1 << 20).preallocate(false);
	}

	private TestProcess process() {
		return TestProcess.start(LockMain.class, this.temp, List.of(), directory().toString());
	}

	private void assertRefused(Path directory) {
		assertThatExceptionOfType(WalLockedException.class).isThrownBy(() -> log(directory).open());
	}

	@Test
	void systemPropertiesPutBackDoNotKeepAClosedLogLocked() {
		LocalWriteAheadLog wal = log().open();
		Properties saved = (Properties) System.getProperties().clone();
		wal.close();
		System.setProperties(saved);
		assertThatNoException().isThrownBy(() -> log().open().close());
	}

	@Test
	void systemPropertiesPutBackDoNotReleaseAnOpenLog() {
		Properties saved = (Properties) System.getProperties().clone();
		try (LocalWriteAheadLog wal = log().open(); TestProcess other = process()) {
			System.setProperties(saved);
			assertRefused(directory());
			assertThat(other.ask("open")).startsWith("#WalLockedException");
			assertThat(wal.append(new byte[1])).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	void logOfAnotherClassLoaderIsRefused() throws Exception {
		List<URL> urls = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
			urls.add(Path.of(entry).toUri().toURL());
		}
		try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			Object builder = loader.loadClass("dev.wal.WriteAheadLog")
				.getMethod("builder", Path.class)
				.invoke(null, directory());
			java.lang.reflect.Method open = builder.getClass().getMethod("open");
			try (LocalWriteAheadLog wal = log().open(); TestProcess other = process()) {
				assertThatExceptionOfType(java.lang.reflect.InvocationTargetException.class)
					.isThrownBy(() -> open.invoke(builder))
					.satisfies((ex) -> assertThat(ex.getCause().getClass().getSimpleName())
						.isEqualTo("WalLockedException"));
				assertThat(other.ask("open")).startsWith("#WalLockedException");
			}
			try (AutoCloseable wal = (AutoCloseable) open.invoke(builder)) {
				assertRefused(directory());
			}
		}
		log().open().close();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void holderThatCopiesItsOwnDirectoryKeepsOthersOut() {
		try (LocalWriteAheadLog wal = log().open(); TestProcess other = process()) {
			// Closing any descriptor of the lock file drops the process's lock.
			TestFiles.copy(directory(), this.temp.resolve("backup"));
			assertThat(other.ask("open")).startsWith("#WalLockedException")
				.contains("process " + ProcessHandle.current().pid());
			assertThat(wal.append(new byte[1])).isEqualTo(Lsn.FIRST);
			wal.close();
			assertThat(other.ask("open")).isEqualTo("#open");
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void directoryUnderASecondMountIsRefusedAndStaysLocked() throws Exception {
		assumeThat(new ProcessBuilder("unshare", "--mount", "true").start().waitFor()).isZero();
		Path mounted = Files.createDirectory(this.temp.resolve("mounted"));
		Files.createDirectory(directory());
		List<String> launcher = List.of("unshare", "--mount", "sh", "-c",
				"mount --bind " + directory() + " " + mounted + " && exec \"$@\"", "sh");
		try (TestProcess holder = TestProcess.start(launcher, LockMain.class, this.temp, List.of(),
				directory().toString())) {
			assertThat(holder.ask("open")).isEqualTo("#open");
			assertThat(holder.ask(mounted.toString())).startsWith("#WalLockedException").contains("in this process");
			assertRefused(directory());
			assertThat(holder.ask("append")).isEqualTo("#1");
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void copyInThePlaceOfALiveDirectoryIsRefused() throws IOException {
		try (TestProcess other = process()) {
			assertThat(other.ask("open")).isEqualTo("#open");
			Path moved = this.temp.resolve("moved");
			Files.move(directory(), moved);
			TestFiles.copy(moved, directory());
			SortedMap<String, String> before = TestFiles.contents(directory());
			assertRefused(directory());
			assertThat(TestFiles.contents(directory())).isEqualTo(before);
		}
		log().open().close();
	}

	@Test
	void copyOfALiveDirectoryOpensElsewhere() {
		Path copy = this.temp.resolve("copy");
		try (TestProcess other = process()) {
			assertThat(other.ask("open")).isEqualTo("#open");
			TestFiles.copy(directory(), copy);
			log(copy).open().close();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void holderThatIsNotTheProcessOfThatIdKeepsNobodyOut() throws IOException {
		try (TestProcess other = process()) {
			assertThat(other.ask("open")).isEqualTo("#open");
			String text = Files.readString(lockFile());
			assertThat(other.ask("loosen")).isEqualTo("#loosened");
			assertRefused(directory());
			String ticks = text.replaceAll("(?s).*\nstarted (\\d+)\n.*", "$1");
			String boot = text.replaceAll("(?s).*\nboot (\\S+)\n.*", "$1");
			String namespace = text.replaceAll("(?s).*\nnamespace (\\d+)\n.*", "$1");
			forgetHolderInControlFile();
			for (String changed : List.of(text.replace("\nstarted " + ticks, "\nstarted 1" + ticks.substring(1) + "0"),
					text.replace(boot, new UUID(1, 2).toString()),
					text.replace("namespace " + namespace, "namespace 1"), text.replace("state held", "state released"),
					text.replace("wal.lock", "WAL.lock").substring(1), "")) {
				write(changed);
				try (LocalWriteAheadLog wal = log().open()) {
					assertThat(wal.lastLsn()).isEqualTo(Lsn.NONE);
				}
			}
		}
	}

	private void forgetHolderInControlFile() throws IOException {
		DiskStorage storage = new DiskStorage(directory());
		ControlFile.Found found = ControlFile.read(storage);
		try (ControlFile file = ControlFile.open(storage, found, found.record())) {
			file.update((record) -> record.openedBy(null));
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void deletedLockFileLetsNobodyInWhileItsHolderRuns() throws IOException {
		try (TestProcess other = process()) {
			assertThat(other.ask("open")).isEqualTo("#open");
			Files.delete(lockFile());
			assertThatExceptionOfType(WalLockedException.class).isThrownBy(() -> log().open())
				.withMessageContaining("process " + other.pid());
		}
		log().open().close();
	}

	/** Write a text into the lock file, with its checksum unless it is short. */
	private void write(String text) throws IOException {
		byte[] page = new byte[4096];
		java.util.Arrays.fill(page, (byte) '\n');
		byte[] bytes = text.stripTrailing().getBytes(StandardCharsets.UTF_8);
		// Without the old checksum.
		int length = Math.max(0, bytes.length - 8);
		ByteBuffer.wrap(page).put(bytes, 0, length);
		CRC32C crc = new CRC32C();
		crc.update(page, 0, 4087);
		ByteBuffer.wrap(page)
			.put(4087, HexFormat.of().toHexDigits((int) crc.getValue()).getBytes(StandardCharsets.UTF_8));
		TestFiles.write(lockFile(), page);
	}

	@Test
	@Tag("R61")
	void refusedOpenLeavesTheLockFileAsItIs() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 20);
		}
		TestFiles.damage(TestFiles.segment(directory(), 1), 8192 + 150);
		SortedMap<String, String> before = TestFiles.contents(directory());
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> log().open());
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
	}

	@Test
	@Tag("R61")
	void refusedOpenCreatesNoLockFile() throws IOException {
		try (LocalWriteAheadLog wal = log().owner("orders").open()) {
			TestRecords.appendNumbers(wal, 1, 20);
		}
		Files.delete(lockFile());
		assertThatExceptionOfType(WalForeignLogException.class).isThrownBy(() -> log().owner("mail").open());
		TestFiles.damage(TestFiles.segment(directory(), 1), 8192 + 150);
		assertThatExceptionOfType(WalCorruptedException.class).isThrownBy(() -> log().open());
		assertThat(lockFile()).doesNotExist();
	}

	@Test
	void closeMarksTheLockFileAsReleased() throws IOException {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(Files.readString(lockFile())).contains("\nstate held\n");
		}
		assertThat(Files.readString(lockFile())).contains("\nstate released\n").hasSize(4096);
	}

	@Test
	void openWaitsForTheLockAsLongAsItIsTold() throws Exception {
		try (TestProcess other = process()) {
			assertThat(other.ask("open")).isEqualTo("#open");
			CompletableFuture<LocalWriteAheadLog> opened = CompletableFuture
				.supplyAsync(() -> log().lockWait(Duration.ofMinutes(1)).open());
			long began = System.nanoTime();
			assertThatExceptionOfType(WalLockedException.class)
				.isThrownBy(() -> log().lockWait(Duration.ofMillis(300)).open());
			assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(300_000_000L);
			assertThat(opened).isNotDone();
			assertThat(other.ask("close")).isEqualTo("#closed");
			opened.get().close();
		}
	}

	@Test
	@Tag("Rule9")
	void interruptEndsTheWaitForTheLock() {
		try (LocalWriteAheadLog wal = log().open()) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(WalLockedException.class)
				.isThrownBy(() -> log().lockWait(Duration.ofMinutes(1)).open());
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	@Tag("R1")
	void twoLogsCreateAMissingParentAtTheSameTime() throws Exception {
		for (int round = 0; round < 50; round++) {
			Path parent = this.temp.resolve("round-" + round).resolve("var/lib");
			CyclicBarrier barrier = new CyclicBarrier(2);
			CompletableFuture<LocalWriteAheadLog> one = CompletableFuture
				.supplyAsync(() -> open(barrier, parent.resolve("one/wal")));
			CompletableFuture<LocalWriteAheadLog> two = CompletableFuture
				.supplyAsync(() -> open(barrier, parent.resolve("two/wal")));
			one.get().close();
			two.get().close();
		}
	}

	private LocalWriteAheadLog open(CyclicBarrier barrier, Path directory) {
		try {
			barrier.await();
			return log(directory).open();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
