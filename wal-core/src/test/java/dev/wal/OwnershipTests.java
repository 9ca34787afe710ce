// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.testing.process.TestProcess;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for one process owning a directory.
 */
class OwnershipTests {

	@TempDir
	Path temp;

	private Path directory() {
		return this.temp.resolve("log");
	}

	private WalBuilder log() {
		return WriteAheadLog.builder(directory()).segmentSize(64 << 20).preallocate(false);
	}

	private void assertRefused(Path directory, long owner) {
		assertThatExceptionOfType(WalLockedException.class).isThrownBy(() -> WriteAheadLog.builder(directory).open())
			.withMessageContainingAll(directory.normalize().toString(), "process " + owner)
			.satisfies((ex) -> assertThat(ex.holder()).contains("process " + owner));
	}

	@Test
	@Tag("R9")
	@Tag("D9")
	@Tag("Rule11")
	void secondOpenerInTheSameProcessIsRefusedNamingTheHolder() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int size : new int[] { 0, 1, 4096, 100_000, 3_000_000 }) {
				wal.append(TestRecords.payload(size, 1));
				SortedMap<String, String> before = TestFiles.contents(directory());
				assertRefused(directory(), ProcessHandle.current().pid());
				assertThat(TestFiles.contents(directory())).isEqualTo(before);
			}
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.of(6));
		}
		log().open().close();
	}

	@Test
	@Tag("R9")
	@Tag("Rule11")
	void secondOpenerByAnotherPathIsRefused() throws IOException {
		Path link = this.temp.resolve("link");
		try (LocalWriteAheadLog wal = log().open()) {
			Files.createSymbolicLink(link, directory());
			assertRefused(link, ProcessHandle.current().pid());
			assertRefused(this.temp.resolve("x/../log"), ProcessHandle.current().pid());
		}
		WriteAheadLog.builder(link).open().close();
	}

	@Test
	@Tag("R9")
	@Tag("D9")
	@Tag("Rule11")
	void anotherProcessIsRefusedNamingTheHolderAtEveryFileSize() throws InterruptedException {
		try (TestProcess process = TestProcess.start(Owner.class, this.temp, List.of(), "log")) {
			assertThat(process.ask("open")).isEqualTo("#open");
			for (int size : new int[] { 0, 1, 4096, 100_000, 3_000_000 }) {
				assertThat(process.ask("append " + size)).startsWith("#LSN ");
				SortedMap<String, String> before = TestFiles.contents(directory());
				assertRefused(directory(), process.pid());
				assertThat(TestFiles.contents(directory())).isEqualTo(before);
			}
			assertThat(process.ask("close")).isEqualTo("#closed");
			try (LocalWriteAheadLog wal = log().open()) {
				for (int size : new int[] { 0, 5000, 2_000_000 }) {
					wal.append(TestRecords.payload(size, 1));
					assertThat(process.ask("open")).startsWith("#WalLockedException")
						.contains("process " + ProcessHandle.current().pid());
				}
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(8));
			}
			assertThat(process.ask("open")).isEqualTo("#open");
			process.kill();
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(8));
		}
	}

	@Test
	@Tag("R9")
	@Tag("D9")
	@Tag("Rule11")
	void refusedAndReadOnlyOpenersDoNotLoosenTheLock() {
		try (LocalWriteAheadLog wal = log().open();
				TestProcess process = TestProcess.start(Owner.class, this.temp, List.of(), "log")) {
			wal.append(TestRecords.text("x"));
			assertRefused(directory(), ProcessHandle.current().pid());
			log().openReadOnly().close();
			WalDirectory.of(directory()).verify();
			assertThat(WalDirectory.of(directory()).files().lockHolder())
				.contains("process " + ProcessHandle.current().pid());
			// POSIX drops a process's lock when it closes any descriptor of the file.
			assertThat(process.ask("open")).startsWith("#WalLockedException");
			assertThat(process.ask("open")).startsWith("#WalLockedException");
		}
	}

	/**
	 * Opens the log in the directory that it is given, when told.
	 */
	static final class Owner {

		private Owner() {
		}

		public static void main(String[] args) throws IOException {
			LocalWriteAheadLog wal = null;
			BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = input.readLine(); line != null; line = input.readLine()) {
				String[] words = line.split(" ", -1);
				if (words[0].equals("open")) {
					try {
						wal = WriteAheadLog.builder(Path.of(args[0])).preallocate(false).open();
						System.out.println("#open");
					}
					catch (WalException ex) {
						System.out.println("#" + ex.getClass().getSimpleName() + ": " + ex.getMessage());
					}
				}
				else if (words[0].equals("append") && wal != null) {
					System.out.println("#LSN " + wal.append(new byte[Integer.parseInt(words[1])]));
				}
				else if (words[0].equals("close") && wal != null) {
					wal.close();
					System.out.println("#closed");
				}
			}
		}

	}

}
