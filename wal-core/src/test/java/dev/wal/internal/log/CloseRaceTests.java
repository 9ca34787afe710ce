// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalClosedException;
import dev.wal.WalFollower;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalState;
import dev.wal.WalSubscription;
import dev.wal.WriteAheadLog;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.disk.FailingStorage.Gate;
import dev.wal.testing.disk.FailingStorage.Operation;
import dev.wal.testing.schedule.Race;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what happens while the log is closed.
 */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored")
class CloseRaceTests {

	@TempDir
	private Path directory;

	private WalBuilder builder(Path place) {
		return WriteAheadLog.builder(place).segmentSize(16 * 1024).preallocate(false);
	}

	private static FailingStorage storage(Path place, int round) {
		FailingStorage storage = new FailingStorage(place);
		// Other speeds, other races.
		return (round % 2 == 0) ? storage : storage.withoutForces();
	}

	@Test
	@Tag("R50")
	@Tag("R101")
	void everyAppendBesideACloseIsEitherFoundAgainOrRefused() throws Exception {
		for (int round = 0; round < 16; round++) {
			Path place = this.directory.resolve("log-" + round);
			Map<Long, Long> returned = new HashMap<>();
			try (Race race = new Race()) {
				SegmentedLog log = LogOpener.open(builder(place).options(), storage(place, round));
				CountDownLatch started = new CountDownLatch(12);
				List<Future<Map<Long, Long>>> writers = race.startTogether(12, (number) -> write(log, number, started));
				started.await(10, TimeUnit.SECONDS);
				if (round % 3 == 0) {
					race.start(() -> log.rotate());
				}
				race.start(() -> {
					log.close();
					return null;
				});
				log.close();
				for (Map<Long, Long> some : Race.join(writers)) {
					returned.putAll(some);
				}
				assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> log.append(new byte[1]));
				assertThatExceptionOfType(WalClosedException.class).isThrownBy(log::sync);
				assertThatExceptionOfType(WalClosedException.class).isThrownBy(log::rotate);
				await().pollInSameThread()
					.pollDelay(Duration.ZERO)
					.pollInterval(Duration.ofMillis(2))
					.until(() -> log.status().state() == WalState.CLOSED);
			}
			// The one who closes second may return first.
			await().ignoreExceptions().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> {
				builder(place).open().close();
				return true;
			});
			try (LocalWriteAheadLog again = builder(place).open(); WalReader reader = again.read(Lsn.FIRST)) {
				assertThat(again.recoveryReport().cleanShutdown()).isTrue();
				long expected = 1;
				for (WalRecord record : reader) {
					assertThat(record.lsn().value()).isEqualTo(expected++);
					assertThat(returned.remove(record.lsn().value())).as("Record %s", record)
						.isEqualTo(record.payload().getLong());
				}
			}
			assertThat(returned).isEmpty();
		}
	}

	/**
	 * Appends in every way there is until the log is closed.
	 * @return what was acknowledged: the payload of each LSN
	 */
	private static Map<Long, Long> write(LocalWriteAheadLog log, int number, CountDownLatch started) {
		Map<Long, Long> returned = new HashMap<>();
		Map<Long, CompletableFuture<Lsn>> later = new HashMap<>();
		for (long i = 0;; i++) {
			long content = (long) number << 32 | i;
			byte[] payload = ByteBuffer.allocate(8 + (int) (i % 500)).putLong(content).array();
			try {
				switch (number % 4) {
					case 0 -> returned.put(log.append(payload).value(), content);
					case 1 -> returned.put(log.append(payload, SyncPolicy.none()).value(), content);
					case 2 -> later.put(content, log.appendAsync(payload));
					default -> returned.put(log.appendAll(List.of(payload)).first().value(), content);
				}
				CompletableFuture<Lsn> last = later.get(content);
				if (last != null && last.isCompletedExceptionally()) {
					last.join();
				}
			}
			catch (WalClosedException ex) {
				break;
			}
			catch (CompletionException ex) {
				assertThat(ex).hasCauseInstanceOf(WalClosedException.class);
				later.remove(content);
				break;
			}
			if (i == 5) {
				started.countDown();
			}
		}
		later.forEach((content, future) -> {
			try {
				returned.put(future.get(10, TimeUnit.SECONDS).value(), content);
			}
			catch (Exception ex) {
				throw new AssertionError("An append that was accepted", ex);
			}
		});
		return returned;
	}

	@Test
	@Tag("R9")
	@Tag("R101")
	void theDirectoryStaysLockedWhileACheckpointDeletes() throws Exception {
		Path place = this.directory.resolve("log");
		FailingStorage storage = new FailingStorage(place);
		try (Race race = new Race()) {
			SegmentedLog log = LogOpener.open(builder(place).options(), storage);
			for (int i = 0; i < 20; i++) {
				log.append(new byte[4000]);
			}
			Gate delete = storage.holdNext(Operation.DELETE);
			Future<Lsn> checkpoint = race.start(() -> log.checkpoint(log.durableLsn()));
			delete.awaitReached();
			Future<?> close = race.start(() -> {
				log.close();
				return null;
			});
			await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(1)).until(() -> !close.isDone());
			delete.open();
			assertThat(Race.join(checkpoint)).isGreaterThan(Lsn.FIRST);
			Race.join(close);
			assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> log.checkpoint(Lsn.FIRST));
		}
	}

	@Test
	@Tag("R81")
	@Tag("R101")
	void followersAndListenersEndWithTheLog() throws Exception {
		for (int round = 0; round < 40; round++) {
			Path place = this.directory.resolve("log-" + round);
			try (Race race = new Race()) {
				SegmentedLog log = LogOpener.open(builder(place).options(), new FailingStorage(place).withoutForces());
				List<Future<Long>> followers = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					followers.add(race.start(() -> follow(log)));
				}
				List<Long> heard = new ArrayList<>();
				WalSubscription subscription = log.subscribe(Lsn.FIRST, (record) -> heard.add(record.lsn().value()));
				int count = ThreadLocalRandom.current().nextInt(50);
				for (int i = 0; i < count; i++) {
					log.append(new byte[1000]);
				}
				log.close();
				assertThat(Race.join(followers)).allMatch((seen) -> seen <= count);
				assertThat(subscription.isActive()).isFalse();
				assertThat(subscription.lastFailure()).isNull();
				assertThat(heard).isSorted().hasSizeLessThanOrEqualTo(count);
			}
		}
	}

	private static long follow(LocalWriteAheadLog log) throws InterruptedException {
		long next = 1;
		try (WalFollower follower = log.follow(Lsn.FIRST)) {
			while (true) {
				assertThat(follower.take().lsn().value()).isEqualTo(next++);
			}
		}
		catch (WalClosedException ex) {
			return next - 1;
		}
	}

}
