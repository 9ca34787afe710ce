// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for delivering records to a {@link WalRecordListener}.
 */
@Timeout(60)
class SubscriptionTests {

	@TempDir
	Path temp;

	private final List<String> delivered = Collections.synchronizedList(new ArrayList<>());

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false);
	}

	private void deliver(WalRecord record) {
		this.delivered.add(record.toText());
	}

	private void awaitDelivered(int count) {
		Awaitility.await().until(() -> this.delivered.size() >= count);
	}

	@Test
	@Tag("R94")
	@Tag("D28")
	void listenerGetsHistoryThenLiveInOrder() throws InterruptedException {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 50);
			try (WalSubscription subscription = wal.subscribe(Lsn.of(11), this::deliver)) {
				TestRecords.appendNumbers(wal, 51, 300);
				awaitDelivered(290);
				assertThat(this.delivered).isEqualTo(TestRecords.numbers(11, 300));
				Awaitility.await().until(() -> subscription.position().equals(Lsn.of(301)));
				assertThat(subscription.failureCount()).isZero();
				assertThat(subscription.lastFailure()).isNull();
				assertThat(subscription.isActive()).isTrue();
			}
		}
	}

	@Test
	@Tag("R94")
	@Tag("D28")
	void listenerSeesDurableRecordsOnly() {
		AtomicBoolean early = new AtomicBoolean();
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open();
				WalSubscription subscription = wal.subscribe(Lsn.FIRST, (record) -> {
					early.compareAndSet(false, record.lsn().isAfter(wal.durableLsn()));
					deliver(record);
				})) {
			for (int i = 1; i <= 500; i++) {
				TestRecords.appendNumbers(wal, i, i);
				if (i % 50 == 0) {
					wal.sync();
				}
			}
			awaitDelivered(500);
			wal.append(TestRecords.text("not durable"));
			wal.flush();
			Awaitility.await()
				.during(java.time.Duration.ofMillis(50))
				.until(() -> subscription.position().equals(Lsn.of(501)));
			assertThat(early).isFalse();
			assertThat(this.delivered).isEqualTo(TestRecords.numbers(1, 500));
		}
	}

	@Test
	@Tag("R94")
	void failingListenerGetsTheRecordAgainAndNothingIsLost() {
		try (LocalWriteAheadLog wal = log().open();
				WalSubscription subscription = wal.subscribe(Lsn.FIRST, new WalRecordListener() {

					private int failures;

					@Override
					public void onRecord(WalRecord record) throws Exception {
						if (record.lsn().equals(Lsn.of(3)) && this.failures++ < 3) {
							throw new java.io.IOException("listener");
						}
						deliver(record);
					}

				})) {
			TestRecords.appendNumbers(wal, 1, 10);
			awaitDelivered(10);
			assertThat(this.delivered).isEqualTo(TestRecords.numbers(1, 10));
			assertThat(subscription.failureCount()).isEqualTo(3);
			assertThat(subscription.lastFailure()).hasMessage("listener");
			assertThat(subscription.isActive()).isTrue();
		}
	}

	@Test
	@Tag("R94")
	@Tag("Rule9")
	void slowListenerBlocksNoWriterNorOtherListeners() throws InterruptedException {
		CountDownLatch gate = new CountDownLatch(1);
		List<String> slow = Collections.synchronizedList(new ArrayList<>());
		try (LocalWriteAheadLog wal = log().open(); WalSubscription first = wal.subscribe(Lsn.FIRST, (record) -> {
			assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
			slow.add(record.toText());
		}); WalSubscription second = wal.subscribe(Lsn.FIRST, this::deliver)) {
			TestRecords.appendNumbers(wal, 1, 500);
			awaitDelivered(500);
			assertThat(slow).isEmpty();
			assertThat(first.position()).isEqualTo(Lsn.FIRST);
			gate.countDown();
			Awaitility.await().until(() -> slow.size() == 500);
			assertThat(slow).isEqualTo(TestRecords.numbers(1, 500));
			assertThat(second.isActive()).isTrue();
		}
	}

	@Test
	@Tag("R94")
	void listenersComeAndGoWhileTheLogRuns() {
		try (LocalWriteAheadLog wal = log().open()) {
			WalSubscription first = wal.subscribe(Lsn.FIRST, this::deliver);
			TestRecords.appendNumbers(wal, 1, 5);
			awaitDelivered(5);
			first.close();
			first.close();
			assertThat(first.isActive()).isFalse();
			assertThat(wal.status().openReaders()).isZero();
			TestRecords.appendNumbers(wal, 6, 8);
			assertThat(this.delivered).isEqualTo(TestRecords.numbers(1, 5));
			try (WalSubscription second = wal.subscribe(first.position(), this::deliver)) {
				awaitDelivered(8);
				assertThat(this.delivered).isEqualTo(TestRecords.numbers(1, 8));
				assertThat(second.isActive()).isTrue();
			}
		}
	}

	@Test
	@Tag("R94")
	void listenerMayCloseItsSubscription() {
		AtomicReference<WalSubscription> self = new AtomicReference<>();
		CountDownLatch known = new CountDownLatch(1);
		try (LocalWriteAheadLog wal = log().open()) {
			self.set(wal.subscribe(Lsn.FIRST, (record) -> {
				assertThat(known.await(10, TimeUnit.SECONDS)).isTrue();
				deliver(record);
				self.get().close();
			}));
			known.countDown();
			TestRecords.appendNumbers(wal, 1, 5);
			Awaitility.await().until(() -> !self.get().isActive());
			assertThat(this.delivered).containsExactly("1");
		}
	}

	@Test
	@Tag("R94")
	@Tag("R101")
	void listenerMayAppendAndReadAndCloseTheLog() {
		LocalWriteAheadLog wal = log().open();
		WalSubscription subscription = wal.subscribe(Lsn.FIRST, (record) -> {
			deliver(record);
			if (record.lsn().value() < 5) {
				wal.append(TestRecords.text(String.valueOf(record.lsn().value() + 1)));
				assertThat(TestRecords.readAll(wal)).isNotEmpty();
			}
			else {
				wal.close();
			}
		});
		wal.append(TestRecords.text("1"));
		Awaitility.await().until(() -> !subscription.isActive());
		assertThat(this.delivered).isEqualTo(TestRecords.numbers(1, 5));
		assertThat(wal.status().state()).isEqualTo(WalState.CLOSED);
		log().open().close();
	}

	@Test
	@Tag("R51")
	@Tag("R94")
	void interruptOfTheListenersThreadEndsNothing() {
		try (LocalWriteAheadLog wal = log().open();
				WalSubscription subscription = wal.subscribe(Lsn.FIRST, (record) -> {
					deliver(record);
					Thread.currentThread().interrupt();
				})) {
			TestRecords.appendNumbers(wal, 1, 100);
			awaitDelivered(100);
			assertThat(this.delivered).isEqualTo(TestRecords.numbers(1, 100));
			assertThat(subscription.isActive()).isTrue();
		}
	}

	@Test
	@Tag("R94")
	@Tag("R101")
	void deliveryEndsWithTheLog() {
		LocalWriteAheadLog wal = log().open();
		WalSubscription subscription = wal.subscribe(Lsn.FIRST, this::deliver);
		TestRecords.appendNumbers(wal, 1, 3);
		awaitDelivered(3);
		wal.close();
		assertThat(subscription.isActive()).isFalse();
		assertThat(subscription.lastFailure()).isNull();
		subscription.close();
	}

	@Test
	@Tag("R79")
	@Tag("R94")
	void deliveryThatMeetsDamageEndsAndSaysWhy() {
		Path directory;
		try (LocalWriteAheadLog wal = log().open()) {
			directory = wal.options().directory();
			TestRecords.appendNumbers(wal, 1, 1);
			wal.rotate();
			TestRecords.appendNumbers(wal, 2, 2);
			wal.rotate();
			TestRecords.appendNumbers(wal, 3, 3);
		}
		Path second = TestFiles.segment(directory, 2);
		TestFiles.damage(second, TestFiles.read(second).length - 8);
		try (LocalWriteAheadLog wal = log().open();
				WalSubscription subscription = wal.subscribe(Lsn.FIRST, this::deliver)) {
			Awaitility.await().until(() -> !subscription.isActive());
			assertThat(subscription.lastFailure()).isInstanceOf(WalCorruptedException.class);
			assertThat(subscription.position()).isEqualTo(Lsn.of(2));
			assertThat(this.delivered).containsExactly("1");
			assertThat(wal.append(TestRecords.text("4"))).isEqualTo(Lsn.of(4));
		}
	}

	@Test
	@Tag("R75")
	@Tag("R94")
	void positionThatIsGoneIsRefused() {
		try (LocalWriteAheadLog wal = log().open()) {
			TestRecords.appendNumbers(wal, 1, 2);
			wal.reset(Lsn.of(2));
			assertThatExceptionOfType(WalPositionException.class)
				.isThrownBy(() -> wal.subscribe(Lsn.FIRST, this::deliver));
			assertThatExceptionOfType(WalPositionException.class)
				.isThrownBy(() -> wal.subscribe(Lsn.of(4), this::deliver));
			assertThat(wal.status().openReaders()).isZero();
		}
	}

}
