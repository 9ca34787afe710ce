// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.wal.testing.process.AckFile;
import dev.wal.testing.process.KillTortureMain;
import dev.wal.testing.process.TortureRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Kills a process that appends, again and again, and compares what it was promised with
 * what is there.
 * <p>
 * The build runs 25 rounds and at most 40 seconds. For a long run, with its progress on
 * the console, give the rounds, the seconds, or both: <pre>
 * mvn -pl wal-core -Ptorture test -Dwal.torture.seconds=3600
 * </pre> and {@code -Dwal.torture.seed} to repeat the moments of an earlier one.
 */
class KillTortureTests {

	private static final int ROUNDS = 25;

	private static final int SECONDS = 40;

	@TempDir
	private Path directory;

	private final Map<Integer, Process> children = new HashMap<>();

	/** What was acknowledged, by LSN, as far as it is not below a checkpoint. */
	private final TreeMap<Long, TortureRecord> acknowledged = new TreeMap<>();

	/** What an earlier recovery has returned, by LSN. */
	private TreeMap<Long, TortureRecord> recovered = new TreeMap<>();

	private long acknowledgements;

	private long unacknowledged;

	private int rounds;

	@Test
	@Tag("D32")
	void killMinusNineUnderSixteenWritersLosesNothing() throws Exception {
		Integer duration = Integer.getInteger("wal.torture.seconds");
		int limit = Integer.getInteger("wal.torture.rounds", (duration != null) ? Integer.MAX_VALUE : ROUNDS);
		long seed = Long.getLong("wal.torture.seed", System.nanoTime());
		Random random = new Random(seed);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos((duration != null) ? duration : SECONDS);
		try {
			Process next = start(1);
			for (int run = 1; run <= limit && System.nanoTime() < end; run++) {
				Process child = next;
				next = start(run + 1);
				round(child, run, random);
				System.out.printf(
						"Round %d, seed %d, %d s left: %d acknowledged, %d of them to be found, "
								+ "%d found that were not acknowledged, lost 0%n",
						run, seed, Math.max(0, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime())),
						this.acknowledgements, this.acknowledged.size(), this.unacknowledged);
			}
		}
		finally {
			for (Process child : this.children.values()) {
				child.destroyForcibly().waitFor();
			}
		}
		assertThat(this.acknowledgements).as("acknowledgements in %s rounds", this.rounds)
			.isGreaterThan(20L * this.rounds);
	}

	private void round(Process child, int run, Random random) throws Exception {
		Path acks = acks(run);
		child.getOutputStream().write('\n');
		child.getOutputStream().flush();
		if (random.nextInt(5) > 0) {
			long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
			while (Files.size(acks) == 0 && child.isAlive() && System.nanoTime() < patience) {
				pause(1);
			}
		}
		// Otherwise it may die while it recovers, or is about to.
		pause(random.nextInt(600));
		child.destroyForcibly();
		assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
		this.children.remove(run);
		assertThat(child.exitValue()).as("%s", (Object) Files.readString(output(run))).isEqualTo(128 + 9);
		Map<Integer, Long> promised = readAcks(acks, run);
		// Every other time the next process has to recover. One that was killed before it
		// made the directory left nothing to look at.
		try (LocalWalView view = (run % 2 == 0 || !Files.isDirectory(log()))
				? KillTortureMain.builder(log(), run).open() : KillTortureMain.builder(log(), run).openReadOnly()) {
			compare(view, run, promised);
		}
		this.rounds++;
	}

	private static void pause(long millis) {
		LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
	}

	/**
	 * Read what one run reported.
	 * @return how many records of each writer were acknowledged
	 */
	private Map<Integer, Long> readAcks(Path file, int run) throws IOException {
		Map<Integer, Long> promised = new HashMap<>();
		for (AckFile.Ack ack : AckFile.read(file)) {
			TortureRecord record = ack.record();
			assertThat(record.run()).isEqualTo(run);
			assertThat(this.acknowledged.put(ack.lsn(), record)).as("LSN %s was given away twice", ack.lsn()).isNull();
			promised.merge(record.writer(), 1L, Long::sum);
			this.acknowledgements++;
		}
		return promised;
	}

	private void compare(LocalWalView view, int run, Map<Integer, Long> promised) {
		long first = view.firstLsn().value();
		if (first == 0) {
			first = view.lastLsn().value() + 1;
		}
		assertThat(first).as("the first LSN").isLessThanOrEqualTo(view.checkpointLsn().value() + 1);
		TreeMap<Long, TortureRecord> found = new TreeMap<>();
		Map<List<Integer>, Long> last = new HashMap<>();
		try (WalReader reader = view.read(new Lsn(first))) {
			long expected = first;
			for (WalRecord each : reader) {
				assertThat(each.lsn().value()).isEqualTo(expected++);
				TortureRecord record = TortureRecord.check(each.bytes());
				found.put(each.lsn().value(), record);
				Long before = last.put(List.of(record.run(), record.writer()), record.sequence());
				if (before != null) {
					assertThat(record.sequence()).as("%s, none missing, none twice", record).isEqualTo(before + 1);
				}
			}
			assertThat(expected).isEqualTo(view.lastLsn().value() + 1);
		}
		// A checkpoint has released these.
		this.acknowledged.headMap(first).clear();
		this.recovered.headMap(first).clear();
		assertThat(found).as("acknowledged").containsAllEntriesOf(this.acknowledged);
		assertThat(found).as("recovered before").containsAllEntriesOf(this.recovered);
		Iterator<Map.Entry<List<Integer>, Long>> writers = last.entrySet().iterator();
		while (writers.hasNext()) {
			Map.Entry<List<Integer>, Long> writer = writers.next();
			if (writer.getKey().get(0) == run) {
				long more = writer.getValue() + 1 - promised.getOrDefault(writer.getKey().get(1), 0L);
				int inFlight = (writer.getKey().get(1) % 8 < 6) ? 1 : KillTortureMain.IN_FLIGHT;
				assertThat(more).as("records of writer %s that were in flight", writer.getKey())
					.isBetween(0L, (long) inFlight);
				this.unacknowledged += more;
			}
		}
		this.recovered = found;
	}

	private Path log() {
		return this.directory.resolve("log");
	}

	private Path acks(int run) {
		return this.directory.resolve("acks-" + run);
	}

	private Path output(int run) {
		return this.directory.resolve("output-" + run);
	}

	private Process start(int run) throws IOException {
		Files.createFile(acks(run));
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		Process child = new ProcessBuilder(java, "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp",
				System.getProperty("java.class.path"), KillTortureMain.class.getName(), log().toString(),
				acks(run).toString(), String.valueOf(run))
			.redirectErrorStream(true)
			.redirectOutput(new File(output(run).toString()))
			.start();
		this.children.put(run, child);
		return child;
	}

}
