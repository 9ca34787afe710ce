// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import dev.wal.testing.TestRecords;
import dev.wal.testing.process.TestProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for when an append returns, and when bytes are forced.
 */
@Timeout(30)
class SyncPolicyTests {

	@TempDir
	Path temp;

	private final AtomicLong forces = new AtomicLong();

	private WalBuilder log() {
		return WriteAheadLog.builder(this.temp.resolve("log"))
			.segmentSize(64 * 1024)
			.preallocate(false)
			.observer(new WalObserver() {

				@Override
				public void forced(long nanos) {
					SyncPolicyTests.this.forces.incrementAndGet();
				}

			});
	}

	@Test
	@Tag("R35")
	void everyAppendIsForcedByDefault() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.options().files().syncPolicy()).isEqualTo(SyncPolicy.always());
			for (int i = 1; i <= 20; i++) {
				wal.append(new byte[10]);
				assertThat(this.forces).hasValue(i);
				assertThat(wal.durableLsn()).isEqualTo(Lsn.of(i));
			}
			assertThat(wal.status().statistics().forces()).isEqualTo(20);
			assertThat(wal.status().statistics().blocks()).isEqualTo(20);
		}
	}

	@Test
	@Tag("R36")
	@Tag("D24")
	void concurrentAppendsShareForcesAndNobodyIsReleasedEarly() throws InterruptedException {
		AtomicLong early = new AtomicLong();
		try (LocalWriteAheadLog wal = log().open()) {
			List<Thread> threads = new ArrayList<>();
			for (int t = 0; t < 16; t++) {
				threads.add(new Thread(() -> {
					for (int i = 0; i < 100; i++) {
						Lsn lsn = wal.append(new byte[10]);
						if (lsn.isAfter(wal.durableLsn())) {
							early.incrementAndGet();
						}
					}
				}));
			}
			threads.forEach(Thread::start);
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(early).hasValue(0);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(1600));
			assertThat(wal.status().statistics().forces()).isLessThan(1600);
		}
	}

	@Test
	@Tag("D24")
	void loneAppendIsDurableWithoutAFurtherOne() {
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.append(TestRecords.text("only"))).isEqualTo(wal.durableLsn());
			assertThat(TestRecords.texts(wal)).containsExactly("only");
		}
	}

	@Test
	@Tag("R37")
	@Tag("D25")
	void intervalForcesByItselfAfterTheLastAppend() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.interval(Duration.ofMillis(50))).open()) {
			for (int round = 1; round <= 3; round++) {
				long before = this.forces.get();
				for (int i = 0; i < 100; i++) {
					wal.append(new byte[10]);
				}
				Lsn last = wal.lastLsn();
				Awaitility.await().until(() -> wal.durableLsn().equals(last));
				assertThat(this.forces.get() - before).as("forces of 100 appends").isBetween(1L, 50L);
			}
		}
	}

	@Test
	@Tag("R37")
	void intervalWithNothingOwedForcesNothing() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.interval(Duration.ofMillis(5))).open()) {
			wal.append(new byte[10]);
			Awaitility.await().until(() -> wal.durableLsn().equals(Lsn.FIRST));
			long before = this.forces.get();
			Awaitility.await().during(Duration.ofMillis(150)).until(() -> this.forces.get() == before);
		}
	}

	@Test
	@Tag("R37")
	@Tag("D25")
	void intervalDoesNotForceEveryAppend() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.interval(Duration.ofDays(365))).open()) {
			for (int i = 0; i < 50; i++) {
				wal.append(new byte[10]);
			}
			assertThat(this.forces).hasValue(0);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(50));
			assertThat(wal.sync()).isEqualTo(Lsn.of(50));
			assertThat(this.forces).hasValue(1);
		}
	}

	@Test
	@Tag("R37")
	void shorterIntervalOfOneCallIsKept() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.interval(Duration.ofHours(1))).open()) {
			wal.append(new byte[10]);
			wal.append(new byte[10], SyncPolicy.interval(Duration.ofMillis(10)));
			Awaitility.await().until(() -> wal.durableLsn().equals(Lsn.of(2)));
		}
	}

	@Test
	@Tag("R39")
	@Tag("R40")
	@Tag("R41")
	void noneForcesNothingUntilSync() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			for (int i = 1; i <= 30; i++) {
				wal.append(new byte[10]);
			}
			assertThat(this.forces).hasValue(0);
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(30));
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.status().oldestUnsynced()).isPositive();
			assertThat(wal.flush()).isEqualTo(Lsn.of(30));
			assertThat(this.forces).hasValue(0);
			assertThat(wal.sync()).isEqualTo(Lsn.of(30));
			assertThat(this.forces).hasValue(1);
			assertThat(wal.sync()).isEqualTo(Lsn.of(30));
			assertThat(this.forces).as("nothing owed, nothing forced").hasValue(1);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(30));
			assertThat(wal.status().oldestUnsynced()).isEqualTo(Duration.ZERO);
		}
	}

	@Test
	@Tag("R35")
	@Tag("R39")
	void policyOfOneCallOverridesThatOfTheLog() {
		try (LocalWriteAheadLog wal = log().open()) {
			wal.append(new byte[10], SyncPolicy.none());
			assertThat(wal.durableLsn()).isEqualTo(Lsn.NONE);
			wal.append(new byte[10]);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(2));
		}
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).open()) {
			wal.append(new byte[10]);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(2));
			wal.append(new byte[10], SyncPolicy.always());
			assertThat(wal.durableLsn()).isEqualTo(Lsn.of(4));
		}
	}

	@Test
	@Tag("R40")
	void syncCoversEverySegmentWrittenSinceTheLastOne() {
		try (LocalWriteAheadLog wal = log().syncPolicy(SyncPolicy.none()).segmentSize(8 * 1024).open()) {
			for (int i = 0; i < 40; i++) {
				wal.append(new byte[1000]);
			}
			int segments = wal.segmentCount();
			assertThat(segments).isGreaterThan(5);
			assertThat(wal.sync()).isEqualTo(Lsn.of(40));
			// One for each segment that was left, one for the last.
			assertThat(this.forces).hasValue(segments);
		}
	}

	@Test
	@Tag("R40")
	void flushWritesWhatWasAppendedAsynchronously() {
		try (LocalWriteAheadLog wal = log().open()) {
			List<CompletableFuture<Lsn>> futures = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				futures.add(wal.appendAsync(new byte[10]));
			}
			assertThat(futures).hasSize(100);
			assertThat(wal.flush()).isEqualTo(Lsn.of(100));
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(100));
			assertThat(wal.sync()).isEqualTo(Lsn.of(100));
		}
	}

	@Test
	@Tag("R42")
	void writeBufferBoundsOneGroupCommit() {
		try (LocalWriteAheadLog wal = log().writeBufferSize(4096).maxInFlight(Long.MAX_VALUE).open()) {
			List<CompletableFuture<Lsn>> futures = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				futures.add(wal.appendAsync(new byte[100]));
			}
			assertThat(futures).hasSize(400);
			wal.sync();
			assertThat(wal.status().statistics().blocks()).isGreaterThanOrEqualTo(400 * 105 / 4096);
			assertThat(TestRecords.readAll(wal)).hasSize(400);
		}
	}

	@Test
	@Tag("D35")
	@Tag("R101")
	void closeForcesUnderEveryPolicy() {
		for (SyncPolicy policy : List.of(SyncPolicy.none(), SyncPolicy.interval(Duration.ofHours(1)),
				SyncPolicy.always())) {
			long before = this.forces.get();
			try (LocalWriteAheadLog wal = log().syncPolicy(policy).open()) {
				wal.append(TestRecords.text("x"));
			}
			assertThat(this.forces.get()).as(policy.toString()).isGreaterThan(before);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
			assertThat(wal.recoveryReport().provenLsn()).isEqualTo(Lsn.of(3));
			assertThat(TestRecords.texts(wal)).containsExactly("x", "x", "x");
		}
	}

	@Test
	@Tag("D35")
	@Tag("R39")
	void exitWithoutCloseLosesNothingThatWasAppended() throws InterruptedException {
		try (TestProcess process = TestProcess.start(Exit.class, this.temp, List.of(), "log")) {
			assertThat(process.answer()).isEqualTo("#appended 300");
			assertThat(process.waitFor()).isEqualTo(7);
		}
		try (LocalWriteAheadLog wal = log().open()) {
			assertThat(wal.recoveryReport().cleanShutdown()).isFalse();
			assertThat(TestRecords.texts(wal)).isEqualTo(TestRecords.numbers(1, 300));
		}
	}

	/**
	 * Appends without forcing and ends without closing.
	 */
	static final class Exit {

		private Exit() {
		}

		public static void main(String[] args) {
			LocalWriteAheadLog wal = WriteAheadLog.builder(Path.of(args[0]))
				.segmentSize(16 * 1024)
				.syncPolicy(SyncPolicy.none())
				.open();
			TestRecords.appendNumbers(wal, 1, 300);
			System.out.println("#appended " + wal.lastLsn());
			System.out.flush();
			Runtime.getRuntime().halt(7);
		}

	}

}
