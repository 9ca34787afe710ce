// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.Lsn;
import dev.wal.Overflow;
import dev.wal.WalBuilder;
import dev.wal.WalClosedException;
import dev.wal.WalFailedException;
import dev.wal.WalOverloadedException;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.disk.FailingStorage.Gate;
import dev.wal.testing.disk.FailingStorage.Operation;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for asynchronous appends: their order, and what holds them back.
 */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored")
class BackPressureTests {

	private static final byte[] PAYLOAD = new byte[100];

	/** What an asynchronous append takes besides its payload. */
	private static final int OVERHEAD = (int) PendingAppend.size(0);

	private static final long TWO_APPENDS = 2 * PendingAppend.size(PAYLOAD.length);

	@TempDir
	private Path directory;

	private FailingStorage storage;

	private SegmentedLog open(WalBuilder builder) {
		this.storage = new FailingStorage(this.directory.resolve("log"));
		return LogOpener.open(builder.options(), this.storage);
	}

	private WalBuilder builder() {
		return WriteAheadLog.builder(this.directory.resolve("log")).preallocate(false);
	}

	@Test
	@Tag("R32")
	void futuresCompleteInTheOrderOfLsnsAndOnlyWhenDurable() throws Exception {

		int each = 500;
		try (SegmentedLog log = open(builder().segmentSize(16 * 1024).maxInFlight(20_000)); Race race = new Race()) {
			Queue<Long> order = new ConcurrentLinkedQueue<>();
			AtomicInteger early = new AtomicInteger();
			List<Future<List<CompletableFuture<Void>>>> started = race.startTogether(8, (number) -> {
				List<CompletableFuture<Void>> futures = new ArrayList<>();
				for (int i = 0; i < each; i++) {
					futures.add(log.appendAsync(PAYLOAD).thenAccept((lsn) -> {
						if (log.durableLsn().value() < lsn.value()) {
							early.incrementAndGet();
						}
						if (Thread.currentThread().getName().equals("wal-completions")) {
							order.add(lsn.value());
						}
					}));
				}
				return futures;
			});
			for (List<CompletableFuture<Void>> futures : Race.join(started)) {
				CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
			}
			assertThat(early).hasValue(0);
			assertThat(new ArrayList<>(order)).isSorted();
			assertThat(log.durableLsn()).isEqualTo(new Lsn(8L * each));
		}
	}

	@Test
	@Tag("D24")
	void aLoneAppendNeedsNoOtherToBecomeDurable() throws Exception {
		try (SegmentedLog log = open(builder())) {
			for (int i = 1; i <= 50; i++) {
				assertThat(log.appendAsync(PAYLOAD).get(10, TimeUnit.SECONDS)).isEqualTo(new Lsn(i));
			}
		}
	}

	@Test
	@Tag("R49")
	void whoFindsTooMuchInFlightIsRefused() throws Exception {
		try (SegmentedLog log = open(builder().maxInFlight(TWO_APPENDS).overflow(Overflow.FAIL))) {
			Gate force = this.storage.holdNext(Operation.FORCE);
			CompletableFuture<Lsn> first = log.appendAsync(PAYLOAD);
			force.awaitReached();
			CompletableFuture<Lsn> second = log.appendAsync(PAYLOAD);
			assertThat(log.appendAsync(PAYLOAD)).isCompletedExceptionally()
				.failsWithin(Duration.ZERO)
				.withThrowableThat()
				.withCauseInstanceOf(WalOverloadedException.class);
			force.open();
			assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(new Lsn(1));
			assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(new Lsn(2));
			assertThat(log.appendAsync(PAYLOAD).get(10, TimeUnit.SECONDS)).isEqualTo(new Lsn(3));
		}
	}

	/**
	 * One that is refused takes no room from another, not even for a moment.
	 */
	@Test
	@Tag("R49")
	void aRefusedAppendNeverHasAnotherRefused() throws Exception {
		try (SegmentedLog log = open(builder().maxInFlight(10_000 + 4_001 * OVERHEAD).overflow(Overflow.FAIL));
				Race race = new Race()) {
			Gate force = this.storage.holdNext(Operation.FORCE);
			CompletableFuture<Lsn> first = log.appendAsync(PAYLOAD);
			force.awaitReached();
			byte[] large = new byte[9_950 + 4_001 * OVERHEAD];
			List<Future<Integer>> refused = race.startTogether(4, (number) -> {
				int count = 0;
				for (int i = 0; i < 10_000; i++) {
					if (number == 0 && i < 4_000) {
						count += log.appendAsync(new byte[1]).isCompletedExceptionally() ? 1 : 0;
					}
					else if (number > 0) {
						log.appendAsync(large);
					}
				}
				return count;
			});
			assertThat(Race.join(refused).get(0)).isZero();
			force.open();
			first.get(10, TimeUnit.SECONDS);
		}
	}

	@Test
	@Tag("R49")
	void whoFindsTooMuchInFlightWaitsForRoom() throws Exception {
		try (SegmentedLog log = open(builder().maxInFlight(TWO_APPENDS)); Race race = new Race()) {
			Gate force = this.storage.holdNext(Operation.FORCE);
			List<Future<CompletableFuture<Lsn>>> appends = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				appends.add(race.start(() -> log.appendAsync(PAYLOAD)));
			}
			force.awaitReached();
			await().until(() -> appends.stream().filter(Future::isDone).count() == 2);
			await().during(Duration.ofMillis(100)).until(() -> appends.stream().filter(Future::isDone).count() == 2);
			force.open();
			for (CompletableFuture<Lsn> future : Race.join(appends)) {
				future.get(10, TimeUnit.SECONDS);
			}
			assertThat(log.durableLsn()).isEqualTo(new Lsn(10));
		}
	}

	@Test
	@Tag("R49")
	@Tag("R50")
	void whoWaitsForRoomIsToldThatTheLogIsClosed() throws Exception {
		try (Race race = new Race()) {
			SegmentedLog log = open(builder().maxInFlight(100));
			Gate force = this.storage.holdNext(Operation.FORCE);
			CompletableFuture<Lsn> first = log.appendAsync(PAYLOAD);
			force.awaitReached();
			List<Future<CompletableFuture<Lsn>>> waiting = race.startTogether(8, (number) -> log.appendAsync(PAYLOAD));
			await().during(Duration.ofMillis(100)).until(() -> waiting.stream().noneMatch(Future::isDone));
			Future<?> closing = race.start(() -> {
				log.close();
				return null;
			});
			await().until(() -> log.appendAsync(new byte[0]).isCompletedExceptionally());
			force.open();
			assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(Lsn.FIRST);
			for (CompletableFuture<Lsn> future : Race.join(waiting)) {
				assertThat(future).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(WalClosedException.class);
			}
			Race.join(closing);
		}
	}

	@Test
	@Tag("R46")
	@Tag("R49")
	void whoWaitsForRoomIsToldThatTheLogFailed() throws Exception {
		try (Race race = new Race()) {
			SegmentedLog log = open(builder().maxInFlight(100));
			Gate force = this.storage.holdNext(Operation.FORCE);
			CompletableFuture<Lsn> first = log.appendAsync(PAYLOAD);
			force.awaitReached();
			List<Future<CompletableFuture<Lsn>>> waiting = race.startTogether(8, (number) -> log.appendAsync(PAYLOAD));
			await().during(Duration.ofMillis(100)).until(() -> waiting.stream().noneMatch(Future::isDone));
			this.storage.hook((operation, file) -> {
				if (operation == Operation.WRITE) {
					throw new IOException("Input/output error");
				}
			});
			force.open();
			first.get(10, TimeUnit.SECONDS);
			for (CompletableFuture<Lsn> future : Race.join(waiting)) {
				assertThat(future).failsWithin(Duration.ofSeconds(10))
					.withThrowableThat()
					.withCauseInstanceOf(WalFailedException.class);
			}
			Race.failures(List.of(race.start(() -> {
				log.close();
				return null;
			})));
		}
	}

	@Test
	@Tag("R49")
	void dependentsMayAppendInTurn() throws Exception {
		try (SegmentedLog log = open(builder().maxInFlight(100)); Race race = new Race()) {
			List<Future<CompletableFuture<Lsn>>> chains = race.startTogether(8,
					(number) -> log.appendAsync(PAYLOAD)
						.thenCompose((lsn) -> log.appendAsync(PAYLOAD))
						.thenApply((lsn) -> log.append(PAYLOAD))
						.thenCompose((lsn) -> log.appendAsync(PAYLOAD))
						.thenApply((lsn) -> log.sync()));
			for (CompletableFuture<Lsn> chain : Race.join(chains)) {
				chain.get(20, TimeUnit.SECONDS);
			}
			assertThat(log.durableLsn()).isEqualTo(new Lsn(32));
		}
	}

}
