// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.wal.testing.TestFiles;
import dev.wal.testing.process.AckFile;
import dev.wal.testing.process.OpenerMain;
import dev.wal.testing.process.TestProcess;
import dev.wal.testing.process.TortureRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills one of two processes that want the same log, again and again, while backups are
 * made and lock files deleted, and compares what both were acknowledged with what is
 * there. The build kills a few times; {@code -Dwal.openers.kills=500} kills more often.
 */
@EnabledOnOs(OS.LINUX)
@Tag("R9")
@Tag("D9")
@Tag("D32")
class TwoOpenersTests {

	private static final int KILLS = Integer.getInteger("wal.openers.kills", 8);

	@TempDir
	Path temp;

	private final Opener[] openers = new Opener[2];

	private int runs;

	private int takenOver;

	@AfterEach
	void end() throws InterruptedException {
		for (Opener opener : this.openers) {
			opener.process.kill();
		}
	}

	@Test
	@Timeout(3600)
	void killsLoseNothingAndGiveNoLsnTwice() throws Exception {
		long seed = Long.getLong("wal.openers.seed", System.nanoTime());
		Random random = new Random(seed);
		for (int i = 0; i < 2; i++) {
			this.openers[i] = start();
		}
		for (int kill = 1; kill <= KILLS; kill++) {
			int holder = awaitHolder();
			disturb(this.openers[holder], kill, random);
			pause(random.nextInt(200));
			int victim = (random.nextInt(5) > 0) ? holder : 1 - holder;
			this.openers[victim].process.kill();
			this.openers[victim] = start();
		}
		end();
		int acknowledged = compare();
		System.out.printf("%d kills with seed %d: %d acknowledged, the log changed hands %d times, lost 0, twice 0%n",
				KILLS, seed, acknowledged, this.takenOver);
	}

	private void disturb(Opener holder, int kill, Random random) throws IOException {
		switch (kill % 4) {
			case 0 -> Files.deleteIfExists(log().resolve("wal.lock"));
			case 1 -> assertThat(holder.process.ask("copy")).isEqualTo("#copied");
			case 2 -> {
				Path backup = this.temp.resolve("backup-" + kill);
				TestFiles.copy(log(), backup);
				if (random.nextBoolean()) {
					// A copy is a log of its own, beside the one that is in use.
					OpenerMain.builder(backup).corruptionPolicy(CorruptionPolicy.SKIP).open().close();
				}
				TestFiles.list(backup).forEach((file) -> file.toFile().delete());
			}
			default -> {
				// Only the kill.
			}
		}
	}

	/**
	 * Return the one whose appends are acknowledged now.
	 */
	private int awaitHolder() throws IOException {
		long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		long[] before = { Files.size(this.openers[0].acks), Files.size(this.openers[1].acks) };
		while (System.nanoTime() < until) {
			for (int i = 0; i < 2; i++) {
				if (Files.size(this.openers[i].acks) > before[i]) {
					this.takenOver += (before[i] == 0) ? 1 : 0;
					return i;
				}
			}
			pause(2);
		}
		throw new AssertionError("Neither process could open the log within a minute");
	}

	private static void pause(int millis) {
		LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
	}

	private int compare() throws IOException {
		Map<Long, TortureRecord> acknowledged = new HashMap<>();
		for (int run = 0; run < this.runs; run++) {
			for (AckFile.Ack ack : AckFile.read(acks(run))) {
				assertThat(acknowledged.put(ack.lsn(), ack.record())).as("LSN %s was given twice", ack.lsn()).isNull();
			}
		}
		Map<Long, TortureRecord> found = new HashMap<>();
		try (LocalWriteAheadLog log = OpenerMain.builder(log()).open(); WalReader reader = log.read(Lsn.FIRST)) {
			for (WalRecord record : reader) {
				found.put(record.lsn().value(), TortureRecord.check(record.bytes()));
			}
		}
		assertThat(acknowledged).isNotEmpty();
		acknowledged.forEach((lsn, record) -> assertThat(found.get(lsn)).as("LSN %s", lsn).isEqualTo(record));
		return acknowledged.size();
	}

	private Path log() {
		return this.temp.resolve("log");
	}

	private Path acks(int run) {
		return this.temp.resolve("acks-" + run);
	}

	private Opener start() throws IOException {
		Path acks = Files.createFile(acks(this.runs));
		TestProcess process = TestProcess.start(OpenerMain.class, this.temp, List.of("-Xmx128m"), log().toString(),
				acks.toString(), String.valueOf(this.runs++));
		return new Opener(process, acks);
	}

	/**
	 * A process that has the log open, or waits for it.
	 */
	private record Opener(TestProcess process, Path acks) {

	}

}
