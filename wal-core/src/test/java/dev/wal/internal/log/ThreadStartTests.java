// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WalOptions;
import dev.wal.WriteAheadLog;
import dev.wal.internal.thread.Threads;
import dev.wal.testing.TestRecords;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a process that can start no more threads.
 */
@Timeout(60)
class ThreadStartTests {

	private static final WalOptions OPTIONS = WriteAheadLog.builder(Path.of("simulated"))
		.segmentSize(12 * 1024)
		.preallocate(false)
		.options();

	private final SimulatedDisk disk = new SimulatedDisk();

	@Test
	@Tag("R101")
	void openThatCannotStartAThreadChangesNothing() {
		LimitedThreads started = new LimitedThreads(Integer.MAX_VALUE);
		LogOpener.open(OPTIONS, new SimulatedDisk(), started).close();
		int threads = started.started.get();
		assertThat(threads).isGreaterThan(2);
		for (int limit = 0; limit < threads; limit++) {
			LimitedThreads limited = new LimitedThreads(limit);
			assertThatExceptionOfType(WalException.class).isThrownBy(() -> LogOpener.open(OPTIONS, this.disk, limited))
				.withMessageContainingAll("threads", "simulated", "Nothing was changed")
				.withCauseInstanceOf(OutOfMemoryError.class);
			assertThat(this.disk.isLocked()).isFalse();
			assertThat(this.disk.openFiles()).isZero();
			assertThat(limited.alive()).isZero();
		}
		try (SegmentedLog log = LogOpener.open(OPTIONS, this.disk)) {
			assertThat(log.append(TestRecords.text("1"))).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R101")
	void refusedOpenEndsItsThreads() {
		LimitedThreads first = new LimitedThreads(Integer.MAX_VALUE);
		LimitedThreads second = new LimitedThreads(Integer.MAX_VALUE);
		try (SegmentedLog log = LogOpener.open(OPTIONS, this.disk, first)) {
			assertThatExceptionOfType(WalException.class).isThrownBy(() -> LogOpener.open(OPTIONS, this.disk, second));
			assertThat(second.alive()).isZero();
			assertThat(log.append(TestRecords.text("1"))).isEqualTo(Lsn.FIRST);
		}
		assertThat(first.alive()).isZero();
	}

	@Test
	@Tag("R32")
	void asynchronousAppendsStartNoThread() {
		LimitedThreads threads = new LimitedThreads(4);
		try (SegmentedLog log = LogOpener.open(OPTIONS, this.disk, threads)) {
			assertThat(log.appendAsync(TestRecords.text("1")).join()).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R84")
	@Tag("R94")
	void subscriptionWithoutAThreadHoldsNothingBack() {
		LimitedThreads threads = new LimitedThreads(4);
		try (SegmentedLog log = LogOpener.open(OPTIONS, this.disk, threads)) {
			for (int i = 1; i <= 3; i++) {
				log.append(TestRecords.text("a"));
				log.rotate();
			}
			assertThatExceptionOfType(WalException.class)
				.isThrownBy(() -> log.subscribe(Lsn.FIRST, (record) -> assertThat(record).isNotNull()))
				.withMessageContaining("thread");
			assertThat(log.status().openReaders()).isZero();
			log.append(TestRecords.text("b"));
			log.checkpoint(Lsn.of(3));
			assertThat(log.firstLsn()).isEqualTo(Lsn.of(4));
		}
	}

	/** Starts a number of threads and no more. */
	private static final class LimitedThreads implements ThreadFactory {

		private final int limit;

		private final AtomicInteger started = new AtomicInteger();

		private final AtomicInteger ended = new AtomicInteger();

		LimitedThreads(int limit) {
			this.limit = limit;
		}

		@Override
		public Thread newThread(Runnable task) {
			if (this.started.get() == this.limit) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.started.incrementAndGet();
			return Threads.daemon(() -> {
				task.run();
				this.ended.incrementAndGet();
			});
		}

		int alive() {
			return this.started.get() - this.ended.get();
		}

	}

}
