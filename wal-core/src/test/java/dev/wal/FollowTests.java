// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.wal.testing.TestRecords;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalFollower}.
 */
@Timeout(60)
class FollowTests {

	@TempDir
	Path temp;

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false);
	}

	private static List<String> take(WalFollower follower, int count) throws InterruptedException {
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			texts.add(follower.take().toText());
		}
		return texts;
	}

	@Test
	@Tag("R81")
	void historyThenLiveWithoutGapOrDuplicate() throws Exception {
		try (LocalWriteAheadLog wal = log().open(); WalFollower follower = wal.follow(Lsn.FIRST)) {
			Thread writer = new Thread(() -> {
				for (int i = 1; i <= 2000; i++) {
					wal.append(TestRecords.payload(i % 300, i), (i % 7 == 0) ? SyncPolicy.always() : SyncPolicy.none());
					if (i % 500 == 0) {
						wal.rotate();
					}
				}
				wal.sync();
			});
			writer.start();
			for (int i = 1; i <= 2000; i++) {
				WalRecord record = follower.take();
				assertThat(record.lsn()).isEqualTo(Lsn.of(i));
				assertThat(record.bytes()).isEqualTo(TestRecords.payload(i % 300, i));
			}
			assertThat(follower.poll(Duration.ZERO)).isNull();
			assertThat(follower.position()).isEqualTo(Lsn.of(2001));
			writer.join();
		}
	}

	@Test
	@Tag("R77")
	@Tag("R81")
	void nothingAboveTheDurableLsnIsFollowed() throws Exception {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open();
				WalFollower follower = wal.follow(Lsn.FIRST)) {
			wal.append(TestRecords.text("1"));
			wal.flush();
			assertThat(follower.poll(Duration.ofMillis(20))).isNull();
			wal.sync();
			wal.append(TestRecords.text("2"));
			assertThat(take(follower, 1)).containsExactly("1");
			assertThat(follower.poll(Duration.ZERO)).isNull();
			wal.sync();
			assertThat(take(follower, 1)).containsExactly("2");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7 })
	@Tag("R81")
	@Tag("D27")
	void followerThatLagsAnyNumberOfRecordsMissesNothing(int from) throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.rotate();
			TestRecords.appendNumbers(wal, 3, 4);
			wal.rotate();
			TestRecords.appendNumbers(wal, 5, 6);
			try (WalFollower follower = wal.follow(Lsn.of(from))) {
				assertThat(take(follower, 7 - from)).isEqualTo(TestRecords.numbers(from, 6));
				wal.rotate();
				TestRecords.appendNumbers(wal, 7, 8);
				assertThat(take(follower, 2)).containsExactly("7", "8");
			}
		}
	}

	@Test
	@Tag("R81")
	@Tag("D27")
	void followerBelowTheCheckpointIsRefusedNamingTheOldest() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.rotate();
			TestRecords.appendNumbers(wal, 3, 4);
			wal.checkpoint(Lsn.of(2));
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.follow(Lsn.of(2)))
				.withMessageContaining("oldest record has LSN 3");
			assertThatExceptionOfType(WalPositionException.class).isThrownBy(() -> wal.follow(Lsn.of(6)));
		}
	}

	@Test
	@Tag("R78")
	@Tag("R81")
	void followerHoldsBackTheDeletionOfWhatItHasYetToRead() throws Exception {
		try (LocalWriteAheadLog wal = log().open(); WalFollower follower = wal.follow(Lsn.FIRST)) {
			for (int i = 1; i <= 5; i++) {
				TestRecords.appendNumbers(wal, i, i);
				wal.rotate();
			}
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(5))).isZero();
			assertThat(take(follower, 3)).containsExactly("1", "2", "3");
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(5))).isEqualTo(2);
			assertThat(take(follower, 2)).containsExactly("4", "5");
			follower.close();
			assertThat(Deletions.byCheckpoint(wal, Lsn.of(5))).isEqualTo(3);
		}
	}

	static List<Duration> longTimes() {
		return List.of(Duration.ofSeconds(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration(), Duration.ofDays(200_000));
	}

	@ParameterizedTest
	@org.junit.jupiter.params.provider.MethodSource("longTimes")
	@Tag("R81")
	void pollMayWaitForever(Duration timeout) throws Exception {
		try (LocalWriteAheadLog wal = log().open(); WalFollower follower = wal.follow(Lsn.FIRST)) {
			FutureTask<WalRecord> polled = new FutureTask<>(() -> follower.poll(timeout));
			Thread thread = new Thread(polled);
			thread.start();
			Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING || polled.isDone());
			wal.append(TestRecords.text("1"));
			assertThat(polled.get(10, TimeUnit.SECONDS).toText()).isEqualTo("1");
			assertThat(follower.poll(timeout.negated())).isNull();
		}
	}

	@Test
	@Tag("R81")
	void closingFollowerOrLogWakesThoseWhoWait() throws Exception {
		try (LocalWriteAheadLog wal = log().open()) {
			WalFollower first = wal.follow(Lsn.FIRST);
			WalFollower second = wal.follow(Lsn.FIRST);
			FutureTask<WalRecord> one = new FutureTask<>(first::take);
			FutureTask<WalRecord> two = new FutureTask<>(second::take);
			List<Thread> threads = List.of(new Thread(one), new Thread(two));
			threads.forEach(Thread::start);
			Awaitility.await()
				.until(() -> threads.stream().allMatch((thread) -> thread.getState() == Thread.State.TIMED_WAITING));
			first.close();
			first.close();
			assertThat(one).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(WalClosedException.class)
				.withMessageContaining("follower");
			assertThat(two).isNotDone();
			wal.close();
			assertThat(two).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.withCauseInstanceOf(WalClosedException.class)
				.withMessageContaining("log");
			second.close();
		}
	}

	@Test
	@Tag("R51")
	@Tag("R81")
	void interruptEndsTheWaitAndNothingElse() throws Exception {
		try (LocalWriteAheadLog wal = log().open(); WalFollower follower = wal.follow(Lsn.FIRST)) {
			AtomicBoolean interrupted = new AtomicBoolean();
			Thread thread = new Thread(() -> {
				try {
					follower.take();
				}
				catch (InterruptedException ex) {
					interrupted.set(true);
				}
			});
			thread.start();
			Awaitility.await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
			thread.interrupt();
			thread.join();
			assertThat(interrupted).isTrue();
			TestRecords.appendNumbers(wal, 1, 1);
			assertThat(take(follower, 1)).containsExactly("1");
		}
	}

}
