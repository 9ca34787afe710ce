// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.wal.testing.process.RealFaultMain;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A log in a process of its own that meets faults of a real kernel.
 * <p>
 * Runs with {@code -Preal-faults}, as root, with strace installed. The process under test
 * has a mount namespace of its own, so that what is mounted goes away with it.
 */
abstract class AbstractRealFaultTests {

	@TempDir
	Path temp;

	Path directory;

	TestProcess process;

	final List<String> acknowledged = new ArrayList<>();

	int next;

	@BeforeAll
	static void checkThatFaultsArePossible() throws Exception {
		assumeThat(succeeds("unshare", "--mount", "true")).as("mounting is allowed (as root)").isTrue();
		assumeThat(succeeds("strace", "-qq", "-o", "/dev/null", "true")).as("strace is installed and may trace")
			.isTrue();
	}

	static boolean succeeds(String... command) throws InterruptedException {
		try {
			return run(command) == 0;
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	static int run(String... command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@BeforeEach
	void start() {
		this.directory = this.temp.resolve("log");
		this.process = startProcess();
	}

	@AfterEach
	void stop() {
		this.process.close();
	}

	TestProcess startProcess() {
		TestProcess started = TestProcess.start(List.of("unshare", "--mount"), RealFaultMain.class, this.temp,
				List.of());
		// Only now has it left the mount namespace of this JVM: what is mounted earlier,
		// it never sees.
		assertThat(started.answer()).isEqualTo("#ready");
		return started;
	}

	void open(long segmentSize) {
		assertThat(this.process.ask("open " + this.directory + " " + segmentSize)).startsWith("#ok");
	}

	String append(int size) {
		int id = this.next++;
		String answer = ask("append " + id + " " + size);
		if (answer.startsWith("#ok ")) {
			this.acknowledged.add(answer.substring(4) + "=" + id);
		}
		return answer;
	}

	String state() {
		return this.process.ask("state").substring(4);
	}

	void assertNothingLost(String answer) {
		assertThat(answer).startsWith("#ok");
		assertThat(Arrays.asList(answer.substring(4).split(",", -1))).doesNotHaveDuplicates()
			.containsAll(this.acknowledged);
	}

	void reopenAndCheck() {
		open(0);
		assertNothingLost(this.process.ask("read"));
		assertThat(append(10)).startsWith("#ok");
		assertThat(this.process.ask("close")).startsWith("#ok");
	}

	/**
	 * Ask the process, which may be dead.
	 */
	String ask(String line) {
		try {
			return this.process.ask(line);
		}
		catch (UncheckedIOException ex) {
			return "dead";
		}
	}

}
