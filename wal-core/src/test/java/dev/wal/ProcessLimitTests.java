// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.wal.testing.process.RealFaultMain;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for a log in a process that may not open more files, or not write larger ones.
 */
@Timeout(60)
class ProcessLimitTests {

	@TempDir
	Path temp;

	@BeforeEach
	void limitsCanBeSet() {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")));
	}

	private TestProcess start(String limit, List<String> jvmOptions) {
		TestProcess process = TestProcess.start(List.of("/usr/bin/prlimit", limit), RealFaultMain.class, this.temp,
				jvmOptions);
		assertThat(process.answer()).isEqualTo("#ready");
		return process;
	}

	private Path log() {
		return this.temp.resolve("log");
	}

	@Test
	@Tag("R47")
	void aLimitForTheSizeOfFilesIsAFullDisk() throws Exception {
		try (TestProcess process = start("--fsize=700000:unlimited", List.of())) {
			assertThat(process.ask("open " + log() + " 1048576")).startsWith("#ok");
			int id = 0;
			String answer = "#ok";
			while (answer.startsWith("#ok") && id < 100) {
				answer = process.ask("append " + ++id + " 50000");
			}
			assertThat(answer).startsWith("#WalFullException");
			assertThat(process.ask("state")).isEqualTo("#ok FULL");
			new ProcessBuilder("/usr/bin/prlimit", "--pid", String.valueOf(process.pid()), "--fsize=unlimited").start()
				.waitFor();
			assertThat(process.ask("append " + id + " 50000")).isEqualTo("#ok " + id);
			assertThat(process.ask("state")).isEqualTo("#ok OPEN");
			assertThat(process.ask("close")).startsWith("#ok");
		}
	}

	@Test
	@Tag("R53")
	@Tag("R56")
	void aRotationNeedsNoFreeDescriptor() throws IOException {
		Path some = Files.createFile(this.temp.resolve("some"));
		try (TestProcess process = start("--nofile=200", List.of())) {
			assertThat(process.ask("open " + log() + " 0")).startsWith("#ok");
			assertThat(process.ask("append 1 100")).isEqualTo("#ok 1");
			process.ask("rotate");
			process.ask("append 2 100");
			process.ask("hog " + some);
			// The log has one in reserve.
			assertThat(process.ask("rotate")).isEqualTo("#ok true");
			assertThat(process.ask("append 3 100")).isEqualTo("#ok 3");
			process.ask("unhog");
			assertThat(process.ask("state")).isEqualTo("#ok OPEN");
			assertThat(process.ask("rotate")).isEqualTo("#ok true");
			assertThat(process.ask("append 4 100")).isEqualTo("#ok 4");
			assertThat(process.ask("close")).startsWith("#ok");
		}
	}

	@Test
	@Tag("R76")
	void whatAppendsNeedIsRefusedAtOpenWithBothNumbers() {
		try (TestProcess process = start("--nofile=1024", List.of("-XX:MaxDirectMemorySize=1m"))) {
			assertThat(process.ask("open " + log() + " 0")).startsWith("#WalMemoryException")
				.contains("write-buffer-size", "MaxDirectMemorySize", "1048576");
		}
	}

	@Test
	@Tag("R76")
	@Tag("I24")
	void largeRecordsAreWrittenAndReadWithLittleDirectMemory() {
		List<String> options = List.of("-XX:MaxDirectMemorySize=6m", "-XX:+DisableExplicitGC", "-Xmx256m");
		try (TestProcess process = start("--nofile=1024", options)) {
			assertThat(process.ask("open " + log() + " 0")).startsWith("#ok");
			for (int i = 1; i <= 8; i++) {
				assertThat(process.ask("append " + i + " 5000000")).isEqualTo("#ok " + i);
			}
			for (int i = 0; i < 3; i++) {
				assertThat(process.ask("read")).isEqualTo("#ok 1=1,2=2,3=3,4=4,5=5,6=6,7=7,8=8");
			}
			assertThat(process.ask("close")).startsWith("#ok");
		}
	}

}
