// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.disk.FailingStorage.Gate;
import dev.wal.testing.disk.FailingStorage.Operation;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the group commit of {@link Appender}: who waits for what.
 */
class GroupCommitTests extends AbstractCommitTests {

	@Test
	@Tag("R39")
	void callersThatNeedNoForceNeverWaitForOneInFlight() throws Exception {
		FailingStorage storage = storage();
		try (SegmentedLog log = LogOpener.open(builder().options(), storage); Race race = new Race()) {
			Gate force = storage.holdNext(Operation.FORCE);
			Future<Lsn> durable = race.start(() -> log.append(PAYLOAD));
			force.awaitReached();
			Future<Lsn> none = race.start(() -> log.append(PAYLOAD, SyncPolicy.none()));
			Future<Lsn> interval = race.start(() -> log.append(PAYLOAD, SyncPolicy.interval(Duration.ofMillis(1))));
			Future<Lsn> flushed = race.start(log::flush);
			assertThat(Race.join(none)).isGreaterThan(Lsn.FIRST);
			assertThat(Race.join(interval)).isGreaterThan(Lsn.FIRST);
			assertThat(Race.join(flushed)).isGreaterThanOrEqualTo(Lsn.FIRST);
			assertThat(durable.isDone()).isFalse();
			assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
			force.open();
			assertThat(Race.join(durable)).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("D24")
	@Tag("R36")
	void nobodyIsReleasedByAForceThatBeganBeforeItsWrite() throws Exception {
		FailingStorage storage = storage();
		try (SegmentedLog log = LogOpener.open(builder().options(), storage); Race race = new Race()) {
			Gate first = storage.holdNext(Operation.FORCE);
			Future<Lsn> one = race.start(() -> log.append(PAYLOAD));
			first.awaitReached();
			// Written while the force runs, by somebody who does not wait for it.
			Future<Lsn> two = race.start(() -> log.append(PAYLOAD));
			await().until(() -> {
				log.flush();
				return log.lastLsn().value() == 2;
			});
			CompletableFuture<Lsn> three = log.appendAsync(PAYLOAD);
			Gate second = storage.holdNext(Operation.FORCE);
			first.open();
			assertThat(Race.join(one)).isEqualTo(new Lsn(1));
			second.awaitReached();
			assertThat(log.durableLsn()).isEqualTo(new Lsn(1));
			assertThat(TestRecords.lsns(TestRecords.readAll(log))).containsExactly(1L);
			assertThat(two.isDone()).isFalse();
			assertThat(three).isNotDone();
			second.open();
			assertThat(Race.join(two)).isEqualTo(new Lsn(2));
			assertThat(Race.join(three)).isEqualTo(new Lsn(3));
		}
	}

	@Test
	@Tag("R36")
	void thoseWhoComeDuringAForceShareTheNextOne() throws Exception {
		FailingStorage storage = storage();
		try (SegmentedLog log = LogOpener.open(builder().options(), storage); Race race = new Race()) {
			Gate force = storage.holdNext(Operation.FORCE);
			Future<Lsn> first = race.start(() -> log.append(PAYLOAD));
			force.awaitReached();
			int before = storage.segmentForces();
			List<Future<Lsn>> others = new ArrayList<>();
			for (int i = 0; i < 32; i++) {
				others.add(race.start(() -> log.append(PAYLOAD)));
			}
			// flush() registers nothing durable, but shows how many have come.
			await().until(() -> log.flush().value() == 33);
			force.open();
			Race.join(first);
			Set<Lsn> distinct = new HashSet<>(Race.join(others));
			assertThat(distinct).hasSize(32);
			assertThat(storage.segmentForces() - before).isEqualTo(1);
		}
	}

	@Test
	@Tag("D10")
	@Tag("R40")
	void syncForcesEverySegmentThatWasWritten() {
		FailingStorage storage = storage();
		Map<String, Integer> written = new ConcurrentHashMap<>();
		storage.hook((operation, file) -> {
			if (SegmentName.parse(file).isPresent()) {
				if (operation == Operation.WRITE) {
					written.merge(file, 1, Integer::sum);
				}
				else if (operation == Operation.FORCE) {
					written.remove(file);
				}
			}
		});
		// Without zeros, only records are written under the name of a segment.
		WalBuilder builder = builder().segmentSize(12 * 1024).preallocate(false).syncPolicy(SyncPolicy.none());
		try (SegmentedLog log = LogOpener.open(builder.options(), storage)) {
			for (int i = 0; i < 50; i++) {
				log.append(new byte[3000]);
			}
			assertThat(log.segmentCount()).isGreaterThan(10);
			// Its header is written and forced in the background.
			await().until(() -> storage.contains(SegmentName.of(log.segmentCount() + 1)));
			assertThat(written).hasSize(1);
			assertThat(log.sync()).isEqualTo(new Lsn(50));
			assertThat(written).isEmpty();
			int forces = storage.segmentForces();
			assertThat(log.sync()).isEqualTo(new Lsn(50));
			assertThat(storage.segmentForces()).as("nothing owed, no force").isEqualTo(forces);
		}
	}

	@Test
	@Tag("D25")
	@Tag("R37")
	void intervalModeForcesByItselfAndTheLastWriteToo() {
		FailingStorage storage = storage();
		try (SegmentedLog log = LogOpener
			.open(builder().syncPolicy(SyncPolicy.interval(Duration.ofMillis(50))).options(), storage)) {
			for (int i = 0; i < 100; i++) {
				log.append(PAYLOAD);
			}
			await().atMost(Duration.ofSeconds(5)).until(() -> log.durableLsn().value() == 100);
			int forces = storage.segmentForces();
			await().during(Duration.ofMillis(300)).until(() -> storage.segmentForces() == forces);
			log.append(PAYLOAD);
			await().atMost(Duration.ofSeconds(5)).until(() -> log.durableLsn().value() == 101);
			assertThat(storage.segmentForces()).isEqualTo(forces + 1);
			await().during(Duration.ofMillis(300)).until(() -> storage.segmentForces() == forces + 1);
		}
	}

	@Test
	@Tag("D25")
	@Tag("R37")
	void theShorterOfTwoIntervalsCounts() {
		try (LocalWriteAheadLog log = builder().open()) {
			log.append(PAYLOAD, SyncPolicy.interval(Duration.ofDays(1)));
			log.append(PAYLOAD, SyncPolicy.interval(Duration.ofMillis(20)));
			await().atMost(Duration.ofSeconds(5)).until(() -> log.durableLsn().value() == 2);
		}
	}

	/**
	 * A buffer that changes while it is appended is its owner's problem, not that of
	 * those whose records share the block.
	 */
	@Test
	@Tag("R21")
	void aBufferThatChangesUnderAnAppendHarmsNoOtherRecord() throws Exception {
		try (LocalWriteAheadLog log = builder().syncPolicy(SyncPolicy.none()).open(); Race race = new Race()) {
			ByteBuffer shared = ByteBuffer.allocate(1000);
			AtomicBoolean done = new AtomicBoolean();
			Future<?> changing = race.start(() -> {
				while (!done.get()) {
					shared.limit(0);
					Thread.onSpinWait();
					shared.limit(1000);
				}
				return null;
			});
			for (int i = 0; i < 20_000; i++) {
				try {
					log.append(1, shared);
				}
				catch (IllegalArgumentException ex) {
					// The owner's problem.
				}
				log.append(2, PAYLOAD);
			}
			done.set(true);
			Race.join(changing);
			log.sync();
			int others = 0;
			try (WalReader reader = log.read(Lsn.FIRST)) {
				for (WalRecord record : reader) {
					others += (record.type() == 2) ? 1 : 0;
				}
			}
			assertThat(others).isEqualTo(20_000);
		}
	}

	@Test
	@Tag("R39")
	void noneModeOwesNoForce() {
		FailingStorage storage = storage();
		try (SegmentedLog log = LogOpener.open(builder().syncPolicy(SyncPolicy.none()).options(), storage)) {
			int forces = storage.segmentForces();
			log.append(PAYLOAD);
			await().during(Duration.ofMillis(300)).until(() -> storage.segmentForces() == forces);
			assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
			assertThat(log.lastLsn()).isEqualTo(Lsn.FIRST);
			assertThat(log.status().oldestUnsynced()).isPositive();
		}
	}

	@Test
	@Tag("R32")
	@Tag("R36")
	void thirtyTwoThreadsOfAllPoliciesGetWhatTheyAskFor() throws Exception {
		FailingStorage storage = storage();
		try (SegmentedLog log = LogOpener.open(builder().segmentSize(64 * 1024).options(), storage);
				Race race = new Race()) {
			SyncPolicy[] policies = { SyncPolicy.always(), SyncPolicy.none(),
					SyncPolicy.interval(Duration.ofMillis(5)) };
			Set<Long> lsns = ConcurrentHashMap.newKeySet();
			List<Future<Integer>> writers = race.startTogether(32, (number) -> {
				SyncPolicy policy = policies[number % 3];
				int early = 0;
				for (int i = 0; i < 200; i++) {
					Lsn lsn = log.append(new byte[i], policy);
					if (!lsns.add(lsn.value()) || log.lastLsn().value() < lsn.value()
							|| (number % 3 == 0 && log.durableLsn().value() < lsn.value())) {
						early++;
					}
				}
				return early;
			});
			assertThat(Race.join(writers)).containsOnly(0);
			assertThat(lsns).hasSize(32 * 200);
			assertThat(log.sync()).isEqualTo(new Lsn(32 * 200));
			assertThat(TestRecords.lsns(TestRecords.readAll(log))).hasSize(32 * 200);
		}
	}

	@Test
	@Tag("D15")
	@Tag("R34")
	void sixtyFourThreadsWriteInTheOrderOfLsnsWithoutGap() throws Exception {
		int threads = 64;
		int each = 150;
		try (LocalWriteAheadLog log = builder().segmentSize(32 * 1024).open(); Race race = new Race()) {
			List<Future<List<Lsn>>> writers = race.startTogether(threads, (number) -> {
				List<Lsn> lsns = new ArrayList<>();
				for (int i = 0; i < each; i++) {
					lsns.add(log.append(number, ByteBuffer.allocate(8).putInt(number).putInt(i).flip()));
				}
				return lsns;
			});
			List<List<Lsn>> returned = Race.join(writers);
			int[] next = new int[threads];
			long expected = 1;
			try (WalReader reader = log.read(Lsn.FIRST)) {
				for (WalRecord record : reader) {
					ByteBuffer payload = record.payload();
					int number = payload.getInt();
					int sequence = payload.getInt();
					assertThat(record.lsn().value()).isEqualTo(expected++);
					assertThat(record.type()).isEqualTo(number);
					assertThat(sequence).isEqualTo(next[number]++);
					assertThat(returned.get(number).get(sequence)).isEqualTo(record.lsn());
				}
			}
			assertThat(expected).isEqualTo(threads * each + 1);
		}
	}

	@Test
	@Tag("R36")
	void anIdleLogUsesNoProcessorTime() {
		Set<Long> before = new HashSet<>();
		for (long id : ManagementFactory.getThreadMXBean().getAllThreadIds()) {
			before.add(id);
		}
		assumeThat(ManagementFactory.getThreadMXBean().isThreadCpuTimeSupported()).isTrue();
		try (LocalWriteAheadLog log = WriteAheadLog.builder(this.directory.resolve("idle"))
			.segmentSize(1 << 20)
			.open()) {
			for (int i = 0; i < 100; i++) {
				log.append(PAYLOAD);
				log.append(PAYLOAD, SyncPolicy.interval(Duration.ofMillis(1)));
				log.appendAsync(PAYLOAD).join();
			}
			await().until(() -> log.durableLsn().equals(log.lastLsn()));
			await().during(Duration.ofMillis(100)).until(() -> true);
			long busy = processorTime(before);
			await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> true);
			long idle = processorTime(before) - busy;
			assertThat(TimeUnit.NANOSECONDS.toMillis(idle)).isLessThan(20);
		}
	}

	private static long processorTime(Set<Long> exceptions) {
		long total = 0;
		for (Thread thread : Thread.getAllStackTraces().keySet()) {
			@SuppressWarnings("deprecation") // Its successor is not in Java 17.
			long id = thread.getId();
			if (thread.getName().startsWith("wal-") && !exceptions.contains(id)) {
				total += Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(id));
			}
		}
		return total;
	}

}
