// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalClosedException;
import dev.wal.WalOptions;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestWaits;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.DiskCall;
import dev.wal.testing.disk.DiskCall.Kind;
import dev.wal.testing.disk.DiskFaults;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for who is released by which force, with forces that take as long as a test wants
 * them to.
 */
@Timeout(60)
class GatedForceTests {

	private static final String FIRST = SegmentName.of(1);

	private static final WalOptions ONE_SEGMENT = RecordedRun.options((builder) -> builder);

	private final SimulatedDisk disk = new SimulatedDisk();

	private final Queue<Lsn> returned = new ConcurrentLinkedQueue<>();

	private Thread append(SegmentedLog log, SyncPolicy policy) {
		Thread thread = new Thread(() -> this.returned.add(log.append(new byte[] { 1 }, policy)));
		thread.start();
		return thread;
	}

	private static void awaitWaiting(List<Thread> threads) {
		TestWaits.await().until(() -> threads.stream().allMatch((thread) -> thread.getState() == Thread.State.WAITING));
	}

	private static void join(List<Thread> threads) throws InterruptedException {
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private long count(Kind kind) {
		return this.disk.calls().stream().filter((call) -> call.is(kind, FIRST)).count();
	}

	@Test
	@Tag("R35")
	@Tag("R36")
	@Tag("D24")
	@Tag("Rule1")
	void nobodyIsReleasedBeforeAForceThatBeganAfterTheWrite() throws Exception {
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, this.disk)) {
			DiskFaults.Gate first = DiskFaults.gate((call) -> call.is(Kind.FORCE, FIRST));
			this.disk.inject(first);
			List<Thread> threads = new ArrayList<>();
			threads.add(append(log, SyncPolicy.always()));
			first.awaitArrival();
			long forces = count(Kind.FORCE);
			long writes = count(Kind.WRITE);
			for (int i = 0; i < 5; i++) {
				threads.add(append(log, SyncPolicy.always()));
			}
			awaitWaiting(threads.subList(1, 6));
			assertThat(this.returned).isEmpty();
			assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
			first.open();
			join(threads);
			assertThat(this.returned).hasSize(6).doesNotHaveDuplicates();
			assertThat(count(Kind.FORCE) - forces).as("forces for the first append and for the five others together")
				.isBetween(2L, 3L);
			assertThat(count(Kind.WRITE) - writes).as("writes of the five together").isBetween(1L, 2L);
		}
		assertEveryAppendWasForcedBeforeItReturned();
	}

	private void assertEveryAppendWasForcedBeforeItReturned() {
		SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, after)) {
			assertThat(log.lastLsn().value()).isEqualTo(this.returned.size());
		}
	}

	@Test
	@Tag("R51")
	void anInterruptedWaiterIsReleasedByItsForceAndKeepsItsFlag() throws Exception {
		AtomicBoolean interrupted = new AtomicBoolean();
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, this.disk)) {
			DiskFaults.Gate gate = DiskFaults.gate((call) -> call.is(Kind.FORCE, FIRST));
			this.disk.inject(gate);
			Thread forcing = append(log, SyncPolicy.always());
			gate.awaitArrival();
			Thread waiting = new Thread(() -> {
				this.returned.add(log.append(new byte[] { 2 }));
				interrupted.set(Thread.currentThread().isInterrupted());
			});
			waiting.start();
			awaitWaiting(List.of(waiting));
			waiting.interrupt();
			gate.open();
			join(List.of(forcing, waiting));
		}
		assertThat(interrupted).isTrue();
		assertEveryAppendWasForcedBeforeItReturned();
	}

	@Test
	@Tag("Rule1")
	void recordThatWasWrittenDuringAForceIsNotCoveredByIt() throws Exception {
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, this.disk)) {
			DiskFaults.Gate gate = DiskFaults.gate((call) -> call.is(Kind.FORCE, FIRST)).afterwards();
			this.disk.inject(gate);
			Thread forcing = append(log, SyncPolicy.always());
			gate.awaitArrival();
			// Neither waits for the force, and the force does not know of it.
			assertThat(log.append(new byte[] { 2 }, SyncPolicy.none())).isEqualTo(new Lsn(2));
			gate.open();
			forcing.join();
			assertThat(log.durableLsn()).isEqualTo(new Lsn(1));
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(ONE_SEGMENT, after)) {
				assertThat(later.lastLsn()).isEqualTo(new Lsn(1));
			}
			assertThat(log.sync()).isEqualTo(new Lsn(2));
		}
	}

	@Test
	@Tag("R36")
	@Tag("R43")
	void loneAppendCostsOneWriteAndOneForce() {
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, this.disk)) {
			log.append(new byte[10]);
			int position = this.disk.position();
			log.append(new byte[10]);
			List<DiskCall> calls = this.disk.calls().subList(position, this.disk.position());
			assertThat(calls).extracting(DiskCall::kind).containsExactly(Kind.WRITE, Kind.FORCE);
			assertThat(calls.get(1).metadata()).isFalse();
		}
	}

	@Test
	@Tag("D10")
	@Tag("R40")
	void syncForcesAllEarlierSegments() {
		WalOptions options = RecordedRun
			.options((builder) -> builder.segmentSize(12 * 1024).syncPolicy(SyncPolicy.none()));
		try (SegmentedLog log = LogOpener.open(options, this.disk)) {
			for (int i = 0; i < 5; i++) {
				log.append(new byte[3000]);
			}
			assertThat(log.sync()).isEqualTo(new Lsn(5));
			SimulatedDisk after = this.disk.powerLossOfEverythingUnforced();
			try (SegmentedLog later = LogOpener.open(options, after)) {
				assertThat(later.lastLsn()).isEqualTo(new Lsn(5));
			}
		}
	}

	@Test
	@Tag("R37")
	void syncWithNothingToForceForcesNothing() {
		try (SegmentedLog log = LogOpener.open(ONE_SEGMENT, this.disk)) {
			log.append(new byte[10]);
			long forces = count(Kind.FORCE);
			log.sync();
			log.sync();
			assertThat(count(Kind.FORCE)).isEqualTo(forces);
		}
	}

	@Test
	@Tag("R50")
	@Tag("R101")
	void closeDuringAForceCompletesWhatIsUnderWay() throws Exception {
		SegmentedLog log = LogOpener.open(ONE_SEGMENT, this.disk);
		DiskFaults.Gate gate = DiskFaults.gate((call) -> call.is(Kind.FORCE, FIRST));
		this.disk.inject(gate);
		List<Thread> threads = new ArrayList<>();
		threads.add(append(log, SyncPolicy.always()));
		gate.awaitArrival();
		threads.add(append(log, SyncPolicy.always()));
		threads.add(append(log, SyncPolicy.always()));
		CompletableFuture<Lsn> future = log.appendAsync(new byte[] { 3 });
		awaitWaiting(threads.subList(1, 3));
		Thread closing = new Thread(log::close);
		closing.start();
		awaitWaiting(List.of(closing));
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> log.append(new byte[1]));
		gate.open();
		join(threads);
		closing.join();
		assertThat(future.join()).isNotNull();
		this.returned.add(future.join());
		assertThat(this.returned).hasSize(4).doesNotHaveDuplicates();
		assertEveryAppendWasForcedBeforeItReturned();
	}

}
