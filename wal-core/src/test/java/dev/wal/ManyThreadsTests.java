// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests with more threads than anybody should have, some of which are interrupted all the
 * time.
 */
@Timeout(90)
class ManyThreadsTests {

	@TempDir
	private Path directory;

	private WalBuilder builder() {
		return WriteAheadLog.builder(this.directory).segmentSize(128 * 1024).writeBufferSize(16 * 1024);
	}

	@Test
	@Tag("R51")
	@Tag("Rule9")
	void sixtyFourInterruptedThreadsNeitherHarmTheLogNorHang() throws Exception {
		try (LocalWriteAheadLog log = builder().open()) {
			run(log, 64, 100, Thread::new);
		}
	}

	@Test
	@Tag("R51")
	@Tag("Rule9")
	void aThousandInterruptedVirtualThreadsNeitherHarmTheLogNorHang() throws Exception {
		Method ofVirtual = virtualThreads();
		try (LocalWriteAheadLog log = builder().open()) {
			run(log, 1_000, 10, (task) -> virtual(ofVirtual, task));
		}
	}

	@Test
	@Tag("R51")
	@Tag("Rule9")
	void tenThousandWaitingVirtualThreadsLeaveCarriersToOthers() throws Exception {
		Method ofVirtual = virtualThreads();
		FailingStorage storage = new FailingStorage(this.directory);
		try (SegmentedLog log = LogOpener.open(builder().preallocate(false).options(), storage)) {
			FailingStorage.Gate force = storage.holdNext(FailingStorage.Operation.FORCE);
			AtomicInteger begun = new AtomicInteger();
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < 10_000; i++) {
				Thread thread = virtual(ofVirtual, () -> {
					begun.incrementAndGet();
					log.append(new byte[100]);
				});
				threads.add(thread);
				thread.start();
			}
			force.awaitReached();
			await().until(() -> begun.get() == threads.size());
			Thread other = virtual(ofVirtual, () -> {
			});
			other.start();
			other.join(TimeUnit.SECONDS.toMillis(20));
			assertThat(other.isAlive()).as("a thread that has nothing to do with the log").isFalse();
			assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
			force.open();
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(log.durableLsn().value()).isEqualTo(threads.size());
		}
	}

	private static Method virtualThreads() {
		try {
			return Thread.class.getMethod("ofVirtual");
		}
		catch (NoSuchMethodException ex) {
			assumeThat(false).as("There are no virtual threads before Java 21").isTrue();
			throw new IllegalStateException(ex);
		}
	}

	private static Thread virtual(Method ofVirtual, Runnable task) {
		try {
			Object builder = ofVirtual.invoke(null);
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			return (Thread) type.getMethod("unstarted", Runnable.class).invoke(builder, task);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void run(LocalWriteAheadLog log, int count, int each,
			java.util.function.Function<Runnable, Thread> factory) throws Exception {
		Map<Long, Long> returned = new ConcurrentHashMap<>();
		Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
		AtomicLong progress = new AtomicLong();
		AtomicInteger flagsKept = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int number = i;
			Thread thread = factory.apply(() -> {
				try {
					append(log, number, each, returned, progress, flagsKept);
				}
				catch (Throwable ex) {
					failures.add(ex);
				}
			});
			threads.add(thread);
		}
		threads.forEach(Thread::start);
		Random random = new Random(1);
		long last = -1;
		long since = System.nanoTime();
		while (threads.stream().anyMatch(Thread::isAlive)) {
			for (int i = 0; i < 20; i++) {
				threads.get(random.nextInt(count)).interrupt();
			}
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
			long now = progress.get();
			if (now != last) {
				last = now;
				since = System.nanoTime();
			}
			assertThat(System.nanoTime() - since).as("No progress after %s appends:%n%s", now, watchdog(since))
				.isLessThan(TimeUnit.SECONDS.toNanos(20));
		}
		assertThat(failures).isEmpty();
		assertThat(log.status().state()).isEqualTo(WalState.OPEN);
		assertThat(flagsKept).as("interrupts that were seen after an append").hasPositiveValue();
		assertThat(returned).hasSize(count * each);
		log.sync();
		Map<Integer, Integer> next = new HashMap<>();
		long expected = 1;
		try (WalReader reader = log.read(Lsn.FIRST)) {
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isEqualTo(expected++);
				long content = record.payload().getLong();
				assertThat(returned.remove(record.lsn().value())).isEqualTo(content);
				int sequence = (int) content;
				assertThat(next.merge((int) (content >>> 32), 1, Integer::sum)).isEqualTo(sequence + 1);
			}
		}
		assertThat(returned).isEmpty();
	}

	private static String watchdog(long since) {
		return (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(19)) ? Race.dump() : "";
	}

	private static void append(LocalWriteAheadLog log, int number, int each, Map<Long, Long> returned,
			AtomicLong progress, AtomicInteger flagsKept) {
		for (int i = 0; i < each; i++) {
			long content = (long) number << 32 | i;
			byte[] payload = ByteBuffer.allocate(8 + (number * 31 + i * 17) % 900).putLong(content).array();
			Lsn lsn = switch ((number + i) % 4) {
				case 0 -> log.append(payload, SyncPolicy.none());
				case 1 -> log.append(payload, SyncPolicy.interval(Duration.ofMillis(3)));
				case 2 -> log.appendAsync(payload).join();
				default -> log.append(payload);
			};
			if (Thread.interrupted()) {
				flagsKept.incrementAndGet();
			}
			returned.put(lsn.value(), content);
			progress.incrementAndGet();
		}
	}

	@Test
	@Tag("R36")
	void sixteenWritersShareForces() throws Exception {
		FailingStorage storage = new FailingStorage(this.directory.resolve("slow"));
		storage.hook((operation, file) -> {
			if (operation == FailingStorage.Operation.FORCE) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
			}
		});
		try (SegmentedLog log = LogOpener
			.open(WriteAheadLog.builder(this.directory.resolve("slow")).preallocate(false).options(), storage);
				Race race = new Race()) {
			int before = storage.segmentForces();
			List<Future<Lsn>> writers = race.startTogether(16, (number) -> {
				Lsn last = Lsn.NONE;
				for (int i = 0; i < 50; i++) {
					last = log.append(new byte[100]);
				}
				return last;
			});
			Race.join(writers);
			assertThat(log.durableLsn()).isEqualTo(new Lsn(16 * 50));
			assertThat(storage.segmentForces() - before).isLessThanOrEqualTo(16 * 50 / 4);
		}
	}

}
