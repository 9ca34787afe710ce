// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for appending from one thread and from many.
 */
class AppendTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(64 * 1024);
	}

	@Test
	@Tag("R20")
	@Tag("R32")
	void appendReturnsTheLsnOfItsRecord() {
		try (LocalWriteAheadLog wal = log().open()) {
			for (int i = 1; i <= 50; i++) {
				assertThat(wal.append(TestRecords.text(String.valueOf(i)))).isEqualTo(Lsn.of(i));
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(i));
			}
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 50));
		}
	}

	@Test
	@Tag("D14")
	@Tag("Rule2")
	void lsnsGoOnAcrossRestarts() {
		for (int i = 0; i < 10; i += 2) {
			try (LocalWriteAheadLog wal = log().open()) {
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(i));
				assertThat(wal.append(TestRecords.text(String.valueOf(i + 1)))).isEqualTo(Lsn.of(i + 1));
				assertThat(wal.append(TestRecords.text(String.valueOf(i + 2)))).isEqualTo(Lsn.of(i + 2));
			}
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 10));
		}
	}

	@Test
	@Tag("R24")
	void nullPayloadIsRefusedAndChangesNothing() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThatNullPointerException().isThrownBy(() -> wal.append((byte[]) null))
				.withMessageContaining("payload");
			assertThatNullPointerException().isThrownBy(() -> wal.append((ByteBuffer) null))
				.withMessageContaining("payload");
			assertThatNullPointerException().isThrownBy(() -> wal.appendAsync((byte[]) null))
				.withMessageContaining("payload");
			assertThatNullPointerException().isThrownBy(() -> wal.append(new byte[0], null));
			List<byte[]> withNull = new ArrayList<>();
			withNull.add(new byte[0]);
			withNull.add(null);
			assertThatNullPointerException().isThrownBy(() -> wal.appendAll(withNull)).withMessageContaining("payload");
			assertThat(wal.lastLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.append(new byte[0])).isEqualTo(Lsn.FIRST);
		}
	}

	/**
	 * Append from many threads at once, each in its own order.
	 * @return the payload of each LSN that was acknowledged
	 */
	private static Map<Long, String> appendFrom(int threads, int each, LocalWriteAheadLog wal, Appending appending)
			throws Exception {
		Map<Long, String> acknowledged = new ConcurrentHashMap<>();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		CyclicBarrier start = new CyclicBarrier(threads);
		List<Callable<Void>> tasks = new ArrayList<>();
		for (int thread = 0; thread < threads; thread++) {
			int number = thread;
			tasks.add(() -> {
				start.await();
				long last = 0;
				for (int i = 0; i < each; i++) {
					String text = number + ":" + i;
					long lsn = appending.append(wal, TestRecords.text(text)).value();
					assertThat(lsn).isGreaterThan(last);
					assertThat(acknowledged.put(lsn, text)).isNull();
					last = lsn;
				}
				return null;
			});
		}
		try {
			for (Future<Void> future : executor.invokeAll(tasks)) {
				future.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		return acknowledged;
	}

	private static void assertDense(List<WalRecord> records, Map<Long, String> acknowledged) {
		assertThat(records).hasSameSizeAs(acknowledged.keySet());
		long expected = 1;
		for (WalRecord record : records) {
			assertThat(record.lsn().value()).isEqualTo(expected);
			assertThat(record.toText()).isEqualTo(acknowledged.get(expected));
			expected++;
		}
	}

	@Test
	@Tag("R34")
	@Tag("D15")
	@Tag("Rule2")
	void sixtyFourThreadsFileOrderIsLsnOrderWithoutGap() throws Exception {
		Map<Long, String> acknowledged;
		try (LocalWriteAheadLog wal = log().open()) {
			acknowledged = appendFrom(64, 50, wal, WriteAheadLog::append);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(64 * 50));
			assertDense(TestRecords.readAll(wal), acknowledged);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertDense(TestRecords.readAll(wal), acknowledged);
		}
	}

	@Test
	@Tag("R34")
	void threadsWithDifferentPoliciesShareOneOrder() throws Exception {
		Random random = new Random(7);
		try (LocalWriteAheadLog wal = log().segmentSize(16 * 1024).open()) {
			Map<Long, String> acknowledged = appendFrom(12, 100, wal, (log, payload) -> {
				int choice;
				synchronized (random) {
					choice = random.nextInt(4);
				}
				return switch (choice) {
					case 0 -> log.append(payload);
					case 1 -> log.append(payload, SyncPolicy.none());
					case 2 -> log.appendAsync(payload).join();
					default -> log.appendAll(List.of(payload)).first();
				};
			});
			wal.sync();
			assertDense(TestRecords.readAll(wal), acknowledged);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Tag("R25")
	@Tag("R34")
	@Tag("R52")
	void sixteenThreadsAppendTenThousandRecordsDenseAndInOrder(boolean preallocate) throws Exception {
		int limit = 300_000;
		int segmentSize = 256 * 1024;
		int threads = 16;
		int each = 625;
		Map<Long, Integer> sizes = new ConcurrentHashMap<>();
		WalBuilder log = log().segmentSize(segmentSize)
			.maxRecordSize(limit)
			.writeBufferSize(64 * 1024)
			.preallocate(preallocate);
		try (LocalWriteAheadLog wal = log.open()) {
			ExecutorService executor = Executors.newFixedThreadPool(threads);
			List<Future<?>> futures = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				Random random = new Random(thread);
				boolean large = thread < 3;
				futures.add(executor.submit(() -> {
					for (int i = 0; i < each; i++) {
						int size = (large && i == each / 2) ? limit : mixedSize(random);
						// The content is told by the LSN only after the fact: by its
						// size.
						byte[] payload = TestRecords.payload(size, size);
						long lsn = wal.append(payload).value();
						assertThat(sizes.put(lsn, size)).isNull();
					}
				}));
			}
			for (Future<?> future : futures) {
				future.get();
			}
			executor.shutdown();
			assertThat(wal.segmentCount()).isGreaterThan(5);
		}
		try (LocalWriteAheadLog wal = log.open(); WalReader reader = wal.read(Lsn.FIRST)) {
			long expected = 1;
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isEqualTo(expected);
				int size = sizes.get(expected);
				assertThat(record.payload().remaining()).isEqualTo(size);
				assertThat(record.payload()).isEqualTo(ByteBuffer.wrap(TestRecords.payload(size, size)));
				expected++;
			}
			assertThat(expected - 1).isEqualTo(10_000);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(10_000));
			assertThat(TestFiles.segments(wal.options().directory())).hasSizeGreaterThan(5);
			assertThat(sizes.values()).contains(0, limit);
		}
	}

	private static int mixedSize(Random random) {
		return switch (random.nextInt(10)) {
			case 0 -> 0;
			case 1 -> 1 + random.nextInt(8);
			case 2 -> 1000 + random.nextInt(2000);
			default -> random.nextInt(300);
		};
	}

	@Test
	@Tag("R50")
	void appendAfterCloseHasItsOwnException() {
		LocalWriteAheadLog wal = log().open();
		wal.append(TestRecords.text("1"));
		wal.close();
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.append(new byte[0]))
			.withMessageContaining(wal.options().directory().toString());
		assertThatExceptionOfType(WalClosedException.class)
			.isThrownBy(() -> wal.append(new byte[0], SyncPolicy.none()));
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.appendAll(List.of(new byte[0])));
		assertThatExceptionOfType(java.util.concurrent.CompletionException.class)
			.isThrownBy(() -> wal.appendAsync(new byte[0]).join())
			.withCauseInstanceOf(WalClosedException.class);
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(wal::sync);
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(wal::flush);
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(wal::rotate);
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.checkpoint(Lsn.FIRST));
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.reset(Lsn.FIRST));
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.read(Lsn.FIRST));
		assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.follow(Lsn.FIRST));
		assertThatExceptionOfType(WalClosedException.class)
			.isThrownBy(() -> wal.subscribe(Lsn.FIRST, (record) -> assertThat(record).isNull()));
	}

	/**
	 * A way to append.
	 */
	@FunctionalInterface
	interface Appending {

		Lsn append(LocalWriteAheadLog wal, byte[] payload);

	}

}
