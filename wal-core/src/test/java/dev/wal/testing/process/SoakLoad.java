// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalFollower;
import dev.wal.WalPositionException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalRecordListener;
import dev.wal.WalState;
import dev.wal.WalSubscription;
import dev.wal.WriteAheadLog;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The load of {@code SoakTests}: appends of every kind, readers, a follower, a
 * subscription, rotations by size and by hand, and checkpoints, on a log that can be
 * closed and opened again.
 */
public final class SoakLoad {

	public static final long SEGMENT_SIZE = 4 << 20;

	/** How far the checkpoints stay behind. */
	private static final long KEPT = 20_000;

	private static final List<SyncPolicy> POLICIES = List.of(SyncPolicy.always(), SyncPolicy.always(),
			SyncPolicy.interval(Duration.ofMillis(20)), SyncPolicy.none());

	private final Path directory;

	private final AtomicLong acknowledged = new AtomicLong();

	private final AtomicLong highest = new AtomicLong();

	private final AtomicReference<Throwable> failure = new AtomicReference<>();

	private final List<Thread> threads = new ArrayList<>();

	private volatile boolean stopped;

	private LocalWriteAheadLog log;

	private WalSubscription subscription;

	public SoakLoad(Path directory) {
		this.directory = directory;
	}

	long acknowledged() {
		return this.acknowledged.get();
	}

	public void start() {
		LocalWriteAheadLog log = WriteAheadLog.builder(this.directory).segmentSize(SEGMENT_SIZE).open();
		this.log = log;
		assertThat(log.lastLsn().value()).isGreaterThanOrEqualTo(this.highest.get());
		this.stopped = false;
		long from = log.lastLsn().value() + 1;
		this.subscription = log.subscribe(new Lsn(from), new InOrder(from));
		for (int i = 0; i < POLICIES.size(); i++) {
			int writer = i;
			start("soak-writer-" + i, () -> write(log, writer));
		}
		start("soak-reader", () -> read(log));
		start("soak-follower", () -> follow(log, from));
		start("soak-checkpoint", () -> checkpoint(log));
	}

	public void stop() throws InterruptedException {
		this.stopped = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
		this.threads.clear();
		this.subscription.close();
		this.log.close();
		check();
	}

	public void check() {
		assertThat(this.failure.get()).isNull();
		assertThat(this.subscription.failureCount()).isZero();
		assertThat(this.log.status().state()).isNotEqualTo(WalState.FAILED);
	}

	private void start(String name, Task task) {
		Thread thread = new Thread(() -> {
			try {
				while (!this.stopped) {
					task.run();
				}
			}
			catch (Throwable ex) {
				this.failure.compareAndSet(null, ex);
			}
		}, name);
		this.threads.add(thread);
		thread.start();
	}

	private void write(LocalWriteAheadLog log, int writer) {
		SplittableRandom random = new SplittableRandom(writer + this.acknowledged.get());
		while (!this.stopped) {
			byte[] payload = ByteBuffer.allocate(8 + random.nextInt(600)).putLong(writer).array();
			Lsn lsn = switch (random.nextInt(50)) {
				case 0 -> log.appendAll(List.of(payload, payload, payload)).last();
				case 1 -> log.appendAsync(payload).join();
				case 2 -> log.append(new byte[100_000]);
				default -> log.append(payload, POLICIES.get(writer));
			};
			this.acknowledged.incrementAndGet();
			this.highest.accumulateAndGet(lsn.value(), Math::max);
			if (writer == POLICIES.size() - 1) {
				// Without a force it would only be the disk's bandwidth that is tested.
				LockSupport.parkNanos(200_000);
			}
		}
	}

	private void read(LocalWriteAheadLog log) {
		LockSupport.parkNanos(20_000_000);
		Lsn first = log.firstLsn();
		try (WalReader reader = log.read(first.isNone() ? Lsn.FIRST : first)) {
			InOrder expected = new InOrder(reader.position().value());
			for (WalRecord record : reader) {
				expected.onRecord(record);
			}
		}
		catch (WalPositionException ex) {
			// A checkpoint was quicker.
		}
	}

	private void follow(LocalWriteAheadLog log, long from) throws InterruptedException {
		InOrder expected = new InOrder(from);
		try (WalFollower follower = log.follow(new Lsn(from))) {
			while (!this.stopped) {
				WalRecord record = follower.poll(Duration.ofMillis(100));
				if (record != null) {
					expected.onRecord(record);
				}
			}
		}
	}

	private void checkpoint(LocalWriteAheadLog log) {
		for (int i = 1; !this.stopped; i++) {
			LockSupport.parkNanos(50_000_000);
			if (i % 20 == 0) {
				log.rotate();
			}
			log.checkpoint(Lsn.of(Math.max(0, log.durableLsn().value() - KEPT)));
		}
	}

	@FunctionalInterface
	private interface Task {

		void run() throws Exception;

	}

	/**
	 * Is given every record, none missing and none twice.
	 */
	private static final class InOrder implements WalRecordListener {

		private long next;

		InOrder(long next) {
			this.next = next;
		}

		@Override
		public void onRecord(WalRecord record) {
			if (record.lsn().value() != this.next) {
				throw new AssertionError(record + " where LSN " + this.next + " is due");
			}
			this.next++;
		}

	}

}
