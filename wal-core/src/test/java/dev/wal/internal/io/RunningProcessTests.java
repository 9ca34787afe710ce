// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import dev.wal.internal.io.RunningProcess.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for telling a process apart from others.
 */
class RunningProcessTests {

	private static final UUID TOKEN = new UUID(3, 4);

	@Test
	@Tag("R9")
	void thisProcessIsAliveWithItsOwnStartOnly() {
		RunningProcess self = RunningProcess.self();
		assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
		assertThat(self.isAlive()).isTrue();
		assertThat(new RunningProcess(self.pid(), self.started() - 100_000, self.boot(), self.namespace()).isAlive())
			.isFalse();
	}

	@Test
	@Tag("R9")
	void processOfAnotherBootOrContainerCannotBeAsked() {
		RunningProcess self = RunningProcess.self();
		RunningProcess earlier = new RunningProcess(self.pid(), self.started(), TOKEN, self.namespace());
		RunningProcess elsewhere = new RunningProcess(self.pid(), self.started(), self.boot(), 1);
		assertThat(earlier.canBeAsked()).isFalse();
		assertThat(earlier.isAlive()).isFalse();
		assertThat(elsewhere.canBeAsked()).isFalse();
		assertThat(elsewhere.isAlive()).isFalse();
	}

	@Test
	@Tag("R9")
	@EnabledOnOs(OS.LINUX)
	void zombieIsNotAlive() throws IOException, InterruptedException {
		// The shell starts a child, and becomes a program that never asks for its end.
		Process parent = new ProcessBuilder("sh", "-c", "sh -c 'echo $$; exec cat <&-' & exec cat").start();
		try {
			long pid = Long.parseLong(parent.inputReader().readLine());
			String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
			while (!stat.contains(") Z")) {
				Thread.onSpinWait();
				stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
			}
			long started = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
			RunningProcess self = RunningProcess.self();
			assertThat(new RunningProcess(pid, started, self.boot(), self.namespace()).isAlive()).isFalse();
		}
		finally {
			parent.destroyForcibly().waitFor();
		}
	}

	@ParameterizedTest
	@CsvSource({ "S,30,false", "Z,1,true", "Z,3,false", "D,1,false", "X,0,true" })
	@Tag("R9")
	void processHasEndedWhenItsLastThreadHas(String state, int threads, boolean ended) {
		Stat stat = Stat
			.parse("17 (a) b) " + state + " 1 17 17 0 -1 4194304 99 0 0 0 1 1 0 0 20 0 " + threads + " 0 4711 1 2 3");
		assertThat(stat).isNotNull();
		assertThat(stat.started()).isEqualTo(4711);
		assertThat(stat.hasEnded()).isEqualTo(ended);
	}

	@Test
	@Tag("R9")
	@EnabledOnOs(OS.LINUX)
	void childProcessIsAliveUntilItEnds() throws IOException, InterruptedException {
		Process child = new ProcessBuilder("cat").start();
		RunningProcess process = running(child);
		assertThat(process.isAlive()).isTrue();
		child.destroyForcibly().waitFor();
		assertThat(process.isAlive()).isFalse();
	}

	@Test
	@Tag("R9")
	@Tag("R51")
	@EnabledOnOs(OS.LINUX)
	void aSecondLookIsNotCutShortByAnInterrupt() throws IOException, InterruptedException {
		Process child = new ProcessBuilder("cat").start();
		try {
			Thread.currentThread().interrupt();
			assertThat(running(child).runsElsewhere()).isTrue();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
			child.destroyForcibly().waitFor();
		}
	}

	private static RunningProcess running(Process process) throws IOException {
		String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
		long started = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
		RunningProcess self = RunningProcess.self();
		return new RunningProcess(process.pid(), started, self.boot(), self.namespace());
	}

}
