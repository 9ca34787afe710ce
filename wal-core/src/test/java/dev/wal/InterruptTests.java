// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.testing.TestRecords;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for threads that are interrupted, and for virtual ones.
 */
@Timeout(60)
class InterruptTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024);
	}

	@Test
	@Tag("R51")
	@Tag("Rule9")
	void interruptedThreadDoesEverythingAndKeepsItsFlag() {
		try {
			Thread.currentThread().interrupt();
			LocalWriteAheadLog wal = log().open();
			assertThat(wal.append(TestRecords.text("1"))).isEqualTo(Lsn.FIRST);
			wal.append(TestRecords.text("2"), SyncPolicy.none());
			wal.appendAll(List.of(TestRecords.text("3"), TestRecords.text("4")));
			wal.flush();
			wal.sync();
			wal.append(TestRecords.payload(20_000, 1));
			assertThat(wal.rotate()).isTrue();
			assertThat(TestRecords.readAll(wal)).hasSize(5);
			wal.checkpoint(Lsn.of(4));
			wal.reset(Lsn.of(5));
			assertThat(wal.append(TestRecords.text("6"))).isEqualTo(Lsn.of(6));
			CompletableFuture<Lsn> last = wal.appendAsync(TestRecords.text("7"));
			wal.close();
			assertThat(last).isCompletedWithValue(Lsn.of(7));
			try (LocalWriteAheadLog again = log().open()) {
				assertThat(TestRecords.texts(again)).containsExactly("6", "7");
				WalDirectory.of(again.options().directory()).verify();
			}
			log().openReadOnly().close();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
		}
	}

	@Test
	@Tag("R51")
	@Tag("Rule9")
	void stormOfInterruptsHarmsNothing() throws InterruptedException {
		int threads = 6;
		int each = 150;
		AtomicReference<Throwable> failure = new AtomicReference<>();
		AtomicBoolean done = new AtomicBoolean();
		CountDownLatch started = new CountDownLatch(threads);
		try (LocalWriteAheadLog wal = log().open()) {
			List<Thread> workers = new ArrayList<>();
			for (int t = 0; t < threads; t++) {
				int number = t;
				Thread worker = new Thread(() -> {
					started.countDown();
					for (int i = 0; i < each; i++) {
						byte[] payload = TestRecords.text(number + ":" + i);
						switch (i % 4) {
							case 0 -> wal.append(payload, SyncPolicy.none());
							case 1 -> wal.appendAsync(payload).orTimeout(30, java.util.concurrent.TimeUnit.SECONDS);
							default -> wal.append(payload);
						}
						if (i % 25 == 0) {
							wal.sync();
							assertThat(TestRecords.readAll(wal)).isNotEmpty();
						}
					}
				});
				worker.setUncaughtExceptionHandler((dead, ex) -> failure.compareAndSet(null, ex));
				workers.add(worker);
			}
			workers.forEach(Thread::start);
			started.await();
			Thread storm = new Thread(() -> {
				while (!done.get()) {
					workers.forEach(Thread::interrupt);
					Thread.onSpinWait();
				}
			});
			storm.start();
			for (Thread worker : workers) {
				worker.join();
			}
			done.set(true);
			storm.join();
			wal.sync();
			assertThat(failure.get()).isNull();
			assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
			assertThat(TestRecords.lsns(TestRecords.readAll(wal))).hasSize(threads * each).isSorted();
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.readAll(wal)).hasSize(threads * each);
			assertThat(wal.tailState().isClean()).isTrue();
		}
	}

	@Test
	@Tag("R51")
	@Tag("Rule9")
	void interruptsOfTheLogsOwnThreadsHarmNothing() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.interval(java.time.Duration.ofMillis(5))).open()) {
			for (int i = 1; i <= 200; i++) {
				wal.append(TestRecords.payload(200, i));
				Thread.getAllStackTraces()
					.keySet()
					.stream()
					.filter((thread) -> thread.getName().startsWith("wal-"))
					.forEach(Thread::interrupt);
			}
			org.awaitility.Awaitility.await().until(() -> wal.durableLsn().equals(Lsn.of(200)));
			assertThat(TestRecords.readAll(wal)).hasSize(200);
			assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	@Tag("R34")
	@Tag("R51")
	@Tag("Rule9")
	void virtualThreadsAppendAndRead() throws Exception {
		Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
		int threads = 200;
		AtomicReference<Throwable> failure = new AtomicReference<>();
		AtomicInteger interrupted = new AtomicInteger();
		try (LocalWriteAheadLog wal = log().writeBufferSize(4096).open()) {
			List<Thread> workers = new ArrayList<>();
			for (int t = 0; t < threads; t++) {
				int number = t;
				workers.add((Thread) start.invoke(null, (Runnable) () -> {
					try {
						if (number % 3 == 0) {
							Thread.currentThread().interrupt();
						}
						wal.append(TestRecords.payload(number * 10, number));
						wal.append(TestRecords.text("x"), SyncPolicy.none());
						wal.appendAll(List.of(new byte[10], new byte[20]));
						wal.flush();
						wal.sync();
						if (number % 20 == 0) {
							wal.rotate();
							assertThat(TestRecords.readAll(wal)).isNotEmpty();
						}
						interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
					}
					catch (Throwable ex) {
						failure.compareAndSet(null, ex);
					}
				}));
			}
			for (Thread worker : workers) {
				worker.join();
			}
			assertThat(failure.get()).isNull();
			assertThat(interrupted).hasValue((threads + 2) / 3);
			assertThat(TestRecords.lsns(TestRecords.readAll(wal))).hasSize(threads * 4).isSorted();
			assertThat(wal.durableLsn()).isEqualTo(wal.lastLsn());
		}
	}

}
