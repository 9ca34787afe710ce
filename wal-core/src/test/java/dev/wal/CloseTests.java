// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.snapshot.SnapshotStore;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for closing a log.
 */
@Timeout(60)
class CloseTests {

	@TempDir
	Path temp;

	private Path directory() {
		return this.temp.resolve("log");
	}

	private WalBuilder log() {
		return WriteAheadLog.builder(directory()).segmentSize(1 << 20);
	}

	private SortedMap<String, String> segmentData() {
		SortedMap<String, String> data = TestFiles.data(directory());
		data.remove("wal.control");
		return data;
	}

	@Test
	@Tag("R44")
	@Tag("R101")
	void closeCutsPreallocationAndDeletesWhatWasPrepared() throws Exception {
		try (LocalWriteAheadLog wal = log().segmentSize(64 * 1024).open()) {
			for (int i = 0; i < 5; i++) {
				wal.append(new byte[10_000]);
			}
			Awaitility.await().until(() -> TestFiles.segments(directory()).size() == 2);
		}
		assertThat(TestFiles.names(directory())).containsExactly("wal-00000000000000000001.log", "wal.control",
				"wal.lock");
		assertThat(TestFiles.segment(directory(), 1).toFile().length()).isBetween(50_000L, 60_000L);
	}

	@Test
	@Tag("R101")
	void closeIsIdempotentAlsoFromManyThreads() throws InterruptedException {
		LocalWriteAheadLog wal = log().open();
		wal.append(TestRecords.text("1"));
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			threads.add(new Thread(wal::close));
		}
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		SortedMap<String, String> before = TestFiles.contents(directory());
		wal.close();
		assertThat(TestFiles.contents(directory())).isEqualTo(before);
		try (LocalWriteAheadLog again = log().open()) {
			assertThat(TestRecords.texts(again)).containsExactly("1");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Tag("R101")
	@Tag("D35")
	void openingAndClosingAddsNothingToTheLog(boolean withRecords) {
		try (LocalWriteAheadLog wal = log().open()) {
			if (withRecords) {
				TestRecords.appendNumbers(wal, 1, 3);
			}
		}
		SortedMap<String, String> before = segmentData();
		for (int i = 0; i < 3; i++) {
			try (LocalWriteAheadLog wal = log().open()) {
				assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
				assertThat(wal.tailState().isClean()).isTrue();
			}
			assertThat(segmentData()).isEqualTo(before);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(TestRecords.text("x"));
			wal.rotate();
		}
		before = segmentData();
		for (int i = 0; i < 3; i++) {
			log().open().close();
			try (LocalWriteAheadLog wal = log().open()) {
				assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
				assertThat(wal.recoveryReport().provenLsn()).isEqualTo(wal.lastLsn());
			}
			assertThat(segmentData()).isEqualTo(before);
		}
	}

	@Test
	@Tag("R50")
	@Tag("R101")
	void appendsUnderWayCompleteAndLaterOnesSayThatTheLogIsClosed() throws InterruptedException {
		for (int round = 0; round < 10; round++) {
			List<Long> acknowledged = Collections.synchronizedList(new ArrayList<>());
			List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
			LocalWriteAheadLog wal = log().open();
			long first = wal.lastLsn().value() + 1;
			List<Thread> threads = new ArrayList<>();
			for (int t = 0; t < 8; t++) {
				SyncPolicy policy = (t % 2 == 0) ? SyncPolicy.always() : SyncPolicy.none();
				threads.add(new Thread(() -> {
					try {
						while (true) {
							acknowledged.add(wal.append(new byte[20], policy).value());
						}
					}
					catch (WalClosedException ex) {
						failures.add(ex);
					}
				}));
			}
			threads.forEach(Thread::start);
			Awaitility.await().until(() -> acknowledged.size() > 20);
			wal.close();
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(failures).hasSize(8);
			try (LocalWalView view = log().openReadOnly()) {
				List<Long> lsns = TestRecords.lsns(TestRecords.readFrom(view, Lsn.of(first)));
				assertThat(lsns).isEqualTo(acknowledged.stream().sorted().toList());
			}
		}
	}

	@Test
	@Tag("R101")
	void closeEndsThreadsAndReleasesTheLock() {
		LocalWriteAheadLog wal = log().open();
		wal.appendAsync(new byte[1]).join();
		wal.subscribe(Lsn.FIRST, (record) -> assertThat(record).isNotNull());
		wal.close();
		Awaitility.await()
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
				.doesNotContain("wal-flusher", "wal-preallocator", "wal-listener"));
		assertThat(System.getProperties().stringPropertyNames())
			.noneMatch((name) -> name.contains("dev.wal.lock:" + directory()));
		log().open().close();
	}

	@Test
	@Tag("D12")
	@Tag("D35")
	void closeOfTheSameLogManyTimesOverKeepsEveryRecord() {
		for (int i = 1; i <= 30; i++) {
			try (LocalWriteAheadLog wal = log().segmentSize(12 * 1024).syncPolicy(SyncPolicy.none()).open()) {
				wal.append(TestRecords.payload(500, i));
				assertThat(wal.lastLsn()).isEqualTo(Lsn.of(i));
			}
		}
		try (LocalWalView wal = log().recoveryScan(RecoveryScan.FULL).openReadOnly()) {
			assertThat(TestRecords.readAll(wal)).hasSize(30)
				.allSatisfy((record) -> assertThat(record.bytes())
					.isEqualTo(TestRecords.payload(500, record.lsn().value())));
		}
	}

	@Test
	@Tag("R101")
	void secondCloseWaitsForTheFirst() throws InterruptedException {
		CountDownLatch delivering = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		LocalWriteAheadLog wal = log().open();
		wal.subscribe(Lsn.FIRST, (record) -> {
			delivering.countDown();
			assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
		});
		wal.append(new byte[1]);
		assertThat(delivering.await(10, TimeUnit.SECONDS)).isTrue();
		Thread first = new Thread(wal::close);
		first.start();
		Awaitility.await().until(() -> wal.status().state() == WalState.CLOSED);
		AtomicBoolean reopened = new AtomicBoolean();
		Thread second = new Thread(() -> {
			wal.close();
			log().open().close();
			reopened.set(true);
		});
		second.start();
		Awaitility.await().until(() -> second.getState() == Thread.State.WAITING);
		gate.countDown();
		first.join();
		second.join();
		assertThat(reopened).isTrue();
	}

	@Test
	@Tag("R94")
	@Tag("R101")
	void listenersThatCloseEachOthersSubscriptionEnd() {
		AtomicReference<WalSubscription> one = new AtomicReference<>();
		AtomicReference<WalSubscription> other = new AtomicReference<>();
		CountDownLatch both = new CountDownLatch(2);
		try (LocalWriteAheadLog wal = log().closeTimeout(Duration.ofMillis(200)).open()) {
			one.set(wal.subscribe(Lsn.FIRST, (record) -> {
				both.countDown();
				assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
				other.get().close();
			}));
			other.set(wal.subscribe(Lsn.FIRST, (record) -> {
				both.countDown();
				assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
				one.get().close();
			}));
			wal.append(new byte[1]);
			Awaitility.await().until(() -> !one.get().isActive() && !other.get().isActive());
		}
		log().open().close();
	}

	@Test
	@Tag("R101")
	void temporaryLogIsDeletedWithItsSnapshots() throws IOException {
		LocalWriteAheadLog wal = WriteAheadLog.temporary().open();
		Path directory = wal.options().directory();
		TestRecords.appendNumbers(wal, 1, 3);
		wal.sync();
		try (SnapshotStore snapshots = SnapshotStore.open(directory.resolve("snapshots"), 2, wal)) {
			snapshots.write((out) -> Lsn.of(2));
		}
		wal.close();
		assertThat(directory).doesNotExist();
	}

	@Test
	@Tag("R101")
	void temporaryLogLeavesWhatIsNotItsOwn() throws IOException {
		LocalWriteAheadLog wal = WriteAheadLog.temporary().open();
		Path directory = wal.options().directory();
		wal.append(new byte[1]);
		Path other = Files.createDirectory(directory.resolve("snapshots")).resolve("notes.txt");
		Files.writeString(other, "mine");
		wal.close();
		assertThat(other).hasContent("mine");
		assertThat(directory).isDirectoryNotContaining((file) -> Files.isRegularFile(file));
		Files.delete(other);
		Files.delete(other.getParent());
		Files.delete(directory);
	}

}
