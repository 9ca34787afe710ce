// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.testing.TestRecords;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for appending without waiting.
 */
@Timeout(30)
class AsyncAppendTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(64 * 1024).preallocate(false);
	}

	@Test
	@Tag("R32")
	@Tag("R36")
	@Tag("D24")
	void futureCompletesOnceTheRecordIsDurable() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			CompletableFuture<Lsn> future = wal.appendAsync(TestRecords.text("1"));
			Lsn lsn = future.orTimeout(10, TimeUnit.SECONDS).join();
			assertThat(lsn).isEqualTo(Lsn.FIRST);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.FIRST);
			assertThat(TestRecords.texts(wal)).containsExactly("1");
		}
	}

	@Test
	@Tag("R32")
	@Tag("D8")
	void aBatchIsOneUnitWithoutWaiting() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).maxBatchSize(100).maxRecordSize(50).open()) {
			assertThat(wal.appendAllAsync(new WalBatch())).isCompletedWithValue(LsnRange.EMPTY);
			WalBatch batch = new WalBatch().add(TestRecords.text("1")).add(7, TestRecords.text("2"));
			LsnRange range = wal.appendAllAsync(batch).orTimeout(10, TimeUnit.SECONDS).join();
			assertThat(range).isEqualTo(new LsnRange(Lsn.FIRST, Lsn.of(2)));
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(2));
			assertThat(wal.appendAllAsync(new WalBatch().add(new byte[49]).add(new byte[49])))
				.failsWithin(0, TimeUnit.SECONDS)
				.withThrowableThat()
				.withCauseInstanceOf(WalRecordTooLargeException.class);
			assertThat(TestRecords.texts(wal)).containsExactly("1", "2");
		}
	}

	@Test
	@Tag("R36")
	@Tag("D24")
	void noFutureCompletesBeforeItsRecordIsDurable() {
		try (LocalWriteAheadLog wal = log().open()) {
			List<CompletableFuture<Boolean>> durable = new ArrayList<>();
			for (int i = 0; i < 2000; i++) {
				durable.add(wal.appendAsync(new byte[10]).thenApply((lsn) -> !lsn.isAfter(wal.durableLsn())));
			}
			assertThat(durable).allMatch(CompletableFuture::join);
		}
	}

	@Test
	@Tag("R32")
	void futuresCompleteInLsnOrderOnAThreadOfTheLog() {
		List<Long> completed = Collections.synchronizedList(new ArrayList<>());
		AtomicReference<String> thread = new AtomicReference<>();
		try (LocalWriteAheadLog wal = log().open()) {
			CountDownLatch gate = new CountDownLatch(1);
			int held = holdUpCompletions(wal, gate);
			List<CompletableFuture<?>> all = new ArrayList<>();
			all.add(wal.appendAsync(new byte[0]).thenRun(() -> thread.set(Thread.currentThread().getName())));
			for (int i = 0; i < 500; i++) {
				all.add(wal.appendAsync(new byte[1]).thenAccept((lsn) -> completed.add(lsn.value())));
			}
			// Code that holds up the futures holds up no append.
			assertThat(wal.append(new byte[1])).isEqualTo(Lsn.of(held + all.size() + 1));
			gate.countDown();
			CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
		}
		assertThat(completed).hasSize(500).isSorted();
		assertThat(thread.get()).startsWith("wal-");
	}

	/**
	 * Hold up the thread that completes futures. It takes some of them: one that is
	 * complete before it gets its dependent runs that on the caller's thread.
	 * @return the number of empty records that it took
	 */
	private static int holdUpCompletions(LocalWriteAheadLog wal, CountDownLatch gate) {
		Thread caller = Thread.currentThread();
		CountDownLatch held = new CountDownLatch(1);
		int records = 0;
		do {
			records++;
			assertThat(wal.appendAsync(new byte[0]).thenRun(() -> {
				if (Thread.currentThread() != caller && held.getCount() > 0) {
					held.countDown();
					await(gate);
				}
			})).isNotNull();
		}
		while (!await(held, 10));
		return records;
	}

	private static boolean await(CountDownLatch latch, long millis) {
		try {
			return latch.await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		assertThat(await(latch, 20_000)).isTrue();
	}

	@Test
	@Tag("R32")
	void dependentMayAppendAndSyncAndClose() {
		LocalWriteAheadLog wal = log().maxInFlight(1).open();
		CompletableFuture<Lsn> last = wal.appendAsync(new byte[100])
			.thenApply((lsn) -> wal.append(new byte[100]))
			.thenCompose((lsn) -> wal.appendAsync(new byte[100]))
			.thenApply((lsn) -> {
				wal.sync();
				wal.close();
				return lsn;
			});
		assertThat(last.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(Lsn.of(3));
		Awaitility.await().untilAsserted(() -> log().open().close());
	}

	@Test
	@Tag("R50")
	@Tag("R101")
	void closeCompletesEveryFuture() {
		List<CompletableFuture<Lsn>> futures = new ArrayList<>();
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 0; i < 300; i++) {
				futures.add(wal.appendAsync(TestRecords.text(String.valueOf(i + 1))));
			}
		}
		for (int i = 0; i < 300; i++) {
			assertThat(futures.get(i)).isCompletedWithValue(Lsn.of(i + 1));
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 300));
		}
	}

	@Test
	@Tag("R49")
	void tooMuchInFlightIsRefusedWhenOverflowFails() {
		CountDownLatch gate = new CountDownLatch(1);
		try (LocalWriteAheadLog wal = log().maxInFlight(1_000_000).overflow(Overflow.FAIL).open()) {
			int held = holdUpCompletions(wal, gate);
			List<CompletableFuture<Lsn>> accepted = new ArrayList<>();
			CompletableFuture<Lsn> next = wal.appendAsync(new byte[100_000]);
			while (!next.isCompletedExceptionally()) {
				accepted.add(next);
				assertThat(accepted).hasSizeLessThan(12);
				next = wal.appendAsync(new byte[100_000]);
			}
			assertThat(accepted).hasSizeBetween(8, 9);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(next::join)
				.withCauseInstanceOf(WalOverloadedException.class)
				.withMessageContaining("1000000");
			assertThat(wal.status().statistics().rejectedAppends()).isPositive();
			// The bound is for those who do not wait.
			wal.append(new byte[5000]);
			gate.countDown();
			accepted.forEach(CompletableFuture::join);
			Awaitility.await().untilAsserted(() -> assertThat(wal.appendAsync(new byte[900_000]).join()).isNotNull());
			assertThat(TestRecords.readAll(wal)).hasSize(held + accepted.size() + 2);
		}
		finally {
			gate.countDown();
		}
	}

	@Test
	@Tag("R49")
	void tooMuchInFlightWaitsWhenOverflowBlocks() throws InterruptedException {
		CountDownLatch gate = new CountDownLatch(1);
		try (LocalWriteAheadLog wal = log().maxInFlight(1_000_000).open()) {
			int held = holdUpCompletions(wal, gate);
			CompletableFuture<Lsn> first = wal.appendAsync(new byte[1000]);
			AtomicReference<CompletableFuture<Lsn>> second = new AtomicReference<>();
			Thread blocked = new Thread(() -> second.set(wal.appendAsync(new byte[999_500])));
			blocked.start();
			Awaitility.await().until(() -> blocked.getState() == Thread.State.WAITING);
			assertThat(second.get()).isNull();
			gate.countDown();
			blocked.join();
			assertThat(first.join()).isEqualTo(Lsn.of(held + 1));
			assertThat(second.get().join()).isEqualTo(Lsn.of(held + 2));
		}
		finally {
			gate.countDown();
		}
	}

	@Test
	@Tag("R49")
	void recordLargerThanWhatMayBeInFlightIsTakenAlone() {
		try (LocalWriteAheadLog wal = log().maxInFlight(10).open()) {
			List<CompletableFuture<Lsn>> futures = new ArrayList<>();
			for (int i = 1; i <= 20; i++) {
				futures.add(wal.appendAsync(new byte[1000]));
			}
			assertThat(wal.sync()).isEqualTo(Lsn.of(20));
			assertThat(futures.get(19).join()).isEqualTo(Lsn.of(20));
		}
	}

	@Test
	@Tag("R32")
	@Tag("R34")
	void asyncAppendsOfManyThreadsAreDense() throws InterruptedException {
		List<CompletableFuture<Lsn>> futures = Collections.synchronizedList(new ArrayList<>());
		try (LocalWriteAheadLog wal = log().maxInFlight(2000).open()) {
			List<Thread> threads = new ArrayList<>();
			for (int t = 0; t < 8; t++) {
				threads.add(new Thread(() -> {
					for (int i = 0; i < 200; i++) {
						futures.add(wal.appendAsync(new byte[i]));
					}
				}));
			}
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(futures.stream().map((future) -> future.join().value()).distinct()).hasSize(1600);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(1600));
			assertThat(wal.status().oldestUnsynced()).isEqualTo(Duration.ZERO);
		}
	}

}
