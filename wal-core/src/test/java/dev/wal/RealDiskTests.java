// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.TestFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for what a log does on file systems of its own that fill up, become read-only or
 * go away.
 */
@Tag("real-faults")
@Timeout(60)
class RealDiskTests extends AbstractRealFaultTests {

	// ---- file systems

	private void mount(String... arguments) throws Exception {
		Files.createDirectories(this.directory.getParent());
		List<String> command = new ArrayList<>(
				List.of("nsenter", "--mount", "--target", String.valueOf(this.process.pid())));
		command.addAll(List.of(arguments));
		assertThat(run(command.toArray(String[]::new))).as("%s", command).isZero();
	}

	/**
	 * Make a file system of ext4 in a file.
	 */
	private Path ext4() throws Exception {
		Path image = this.temp.resolve("image");
		assertThat(run("truncate", "--size=16M", image.toString())).isZero();
		assumeThat(succeeds("mkfs.ext4", "-q", "-F", image.toString())).as("mkfs.ext4 is installed").isTrue();
		return image;
	}

	private Path mountPoint() {
		this.directory = this.temp.resolve("mounted/log");
		return this.directory.getParent();
	}

	private void appendUntilFull() {
		String answer = append(50_000);
		for (int i = 0; i < 1000 && answer.startsWith("#ok"); i++) {
			answer = append(50_000);
		}
		assertThat(answer).startsWith("#WalFullException");
		assertThat(state()).isEqualTo("FULL");
		assertNothingLost(this.process.ask("read"));
	}

	@ParameterizedTest
	@CsvSource({ "0", "262144" })
	@Tag("R47")
	@Tag("Rule5")
	void fullDiskRefusesAppendsUntilThereIsRoom(long segmentSize) throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-t", "tmpfs", "-o", "size=3m", "none", point);
		open(segmentSize);
		for (int turn = 0; turn < 2; turn++) {
			appendUntilFull();
			mount("mount", "-o", "remount,size=" + (6 + 3 * turn) + "m", point);
			assertThat(append(50_000)).startsWith("#ok");
			assertThat(state()).isEqualTo("OPEN");
		}
		appendUntilFull();
		// The close block finds no room, which is no failure.
		assertThat(this.process.ask("close")).startsWith("#ok");
		open(segmentSize);
		assertNothingLost(this.process.ask("read"));
	}

	@Test
	@Tag("R47")
	@Tag("Rule5")
	void fullExt4RefusesAppendsUntilThereIsRoom() throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", ext4().toString(), point);
		mount("fallocate", "--length", "4M", point + "/filler");
		open(1 << 20);
		appendUntilFull();
		mount("rm", point + "/filler");
		assertThat(append(50_000)).startsWith("#ok");
		assertThat(state()).isEqualTo("OPEN");
		assertThat(this.process.ask("close")).startsWith("#ok");
		reopenAndCheck();
	}

	@Test
	@Tag("R47")
	@Tag("R102")
	void fullDiskIsRefusedAtOpen() throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-t", "tmpfs", "-o", "size=64k", "none", point);
		mount("dd", "if=/dev/zero", "of=" + point + "/filler", "bs=64k", "count=1");
		assertThat(this.process.ask("open " + this.directory + " 0")).startsWith("#WalFullException");
		mount("rm", point + "/filler");
		reopenAndCheck();
	}

	/**
	 * As ext4 does it by itself after an error of its own.
	 */
	@Test
	@Tag("R46")
	@Tag("Rule4")
	void fileSystemThatGivesUpFailsTheLog() throws Exception {
		Path image = ext4();
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", image.toString(), point);
		open(0);
		append(100);
		append(5000);
		mount("mount", "-o", "remount,abort", point);
		assertThat(append(100)).startsWith("#WalFailedException");
		assertThat(state()).isEqualTo("FAILED");
		assertNothingLost(this.process.ask("read"));
		assertThat(this.process.ask("close")).startsWith("#WalFailedException");
		mount("umount", point);
		mount("mount", "-o", "loop", image.toString(), point);
		reopenAndCheck();
	}

	@Test
	@Tag("R14")
	@Tag("R102")
	void readOnlyFileSystemIsRefusedAtOpenAndCanBeRead() throws Exception {
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", ext4().toString(), point);
		open(0);
		append(100);
		assertThat(this.process.ask("close")).startsWith("#ok");
		mount("mount", "-o", "remount,ro", point);
		assertThat(this.process.ask("open " + this.directory + " 0")).startsWith("#WalDirectoryException");
		assertNothingLost(this.process.ask("view " + this.directory));
		mount("mount", "-o", "remount,rw", point);
		reopenAndCheck();
	}

	@Test
	@Tag("R56")
	void unmountedDirectoryIsNotMistakenForTheOneBelowIt() throws Exception {
		Path image = ext4();
		Files.createDirectories(mountPoint().resolve("log"));
		String point = mountPoint().toString();
		mount("mount", "-o", "loop", image.toString(), point);
		open(0);
		append(100);
		mount("umount", "--lazy", point);
		assertThat(append(100)).startsWith("#ok");
		assertThat(this.process.ask("rotate")).startsWith("#WalIoException").contains("unmounted");
		assertThat(this.process.ask("checkpoint 1")).startsWith("#WalIoException").contains("unmounted");
		assertThat(append(100)).startsWith("#ok");
		assertThat(TestFiles.names(this.directory)).isEmpty();
		this.process.ask("close");
		mount("mount", "-o", "loop", image.toString(), point);
		reopenAndCheck();
	}

}
