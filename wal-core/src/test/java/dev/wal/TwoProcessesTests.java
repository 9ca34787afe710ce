// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import dev.wal.testing.TestFiles;
import dev.wal.testing.process.LockMain;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that two processes never acknowledge the same LSN of one log, whatever is done to
 * its directory while one of them appends. The build does a few rounds;
 * {@code -Dwal.owner.rounds=200} does more.
 */
@EnabledOnOs(OS.LINUX)
@Tag("R9")
@Tag("D9")
@Tag("Rule11")
class TwoProcessesTests {

	private static final int ROUNDS = Integer.getInteger("wal.owner.rounds", 5);

	private static final boolean CAN_MOUNT = canMount();

	@TempDir
	Path temp;

	static boolean canMount() {
		try {
			return new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0;
		}
		catch (IOException | InterruptedException ex) {
			return false;
		}
	}

	@Test
	@Timeout(3600)
	void noLsnIsAcknowledgedByTwoProcesses() throws Exception {
		long seed = Long.getLong("wal.owner.seed", System.nanoTime());
		Random random = new Random(seed);
		int took = 0;
		for (int round = 0; round < ROUNDS; round++) {
			Path directory = Files.createDirectories(this.temp.resolve("round-" + round + "/log"));
			Attack attack = Attack.values()[round % Attack.values().length];
			took += run(directory, attack, random) ? 1 : 0;
		}
		System.out.println(ROUNDS + " rounds with seed " + seed + ", the second process opened the log in " + took);
	}

	/** Return whether the second process came to open the log. */
	private boolean run(Path directory, Attack attack, Random random) throws Exception {
		try (TestProcess first = start(List.of(), directory); TestProcess second = attack.second(directory)) {
			assertThat(first.ask("open")).isEqualTo("#open");
			assertThat(first.ask("load")).isEqualTo("#loaded");
			for (int question = random.nextInt(500); question > 0; question--) {
				first.ask("state");
			}
			attack.on(first, directory);
			boolean opened = false;
			long until = System.nanoTime() + 500_000_000L;
			while (!opened && System.nanoTime() < until) {
				opened = second.ask("open").equals("#open");
			}
			String later = opened ? second.ask("append") : "#" + Long.MAX_VALUE;
			until = System.nanoTime() + 5_000_000_000L;
			while (opened && first.ask("state").equals("#OPEN") && System.nanoTime() < until) {
				assertThat(second.ask("append")).as("what the second process appends").matches("#\\d+");
			}
			String[] acknowledged = first.ask("stop").substring(1).split(" ", -1);
			assertThat(Long.parseLong(later.substring(1))).as("%s: LSN of the second process", attack)
				.isGreaterThan(Long.parseLong(acknowledged[0]));
			if (opened) {
				assertThat(acknowledged[1]).as("%s: state of the first process", attack).isEqualTo("FAILED");
			}
			return opened;
		}
	}

	private static TestProcess start(List<String> launcher, Path directory) {
		return TestProcess.start(launcher, LockMain.class, directory.getParent(), List.of(), directory.toString());
	}

	/** What is done to the directory of a log that is open. */
	private enum Attack {

		/** Its own process copies the directory, which drops the lock. */
		COPY_BY_ITSELF {

			@Override
			void on(TestProcess holder, Path directory) {
				assertThat(holder.ask("loosen")).isEqualTo("#loosened");
			}

		},

		DELETE_THE_LOCK_FILE {

			@Override
			void on(TestProcess holder, Path directory) throws IOException {
				Files.delete(directory.resolve("wal.lock"));
			}

		},

		REPLACE_BY_A_COPY {

			@Override
			void on(TestProcess holder, Path directory) throws IOException {
				Path moved = directory.resolveSibling("moved");
				Files.move(directory, moved);
				TestFiles.copy(moved, directory);
			}

		},

		/**
		 * The second process has the directory under another path, where that is allowed.
		 */
		BIND_MOUNT {

			@Override
			void on(TestProcess holder, Path directory) throws IOException {
				COPY_BY_ITSELF.on(holder, directory);
			}

			@Override
			TestProcess second(Path directory) {
				Path other = directory.resolveSibling("mounted");
				assertThat(other.toFile().mkdir()).isTrue();
				List<String> launcher = List.of("unshare", "--mount", "sh", "-c",
						"mount --bind " + directory + " " + other + " && exec \"$@\"", "sh");
				return CAN_MOUNT ? start(launcher, other) : start(List.of(), directory);
			}

		};

		abstract void on(TestProcess holder, Path directory) throws IOException;

		TestProcess second(Path directory) {
			return start(List.of(), directory);
		}

	}

}
