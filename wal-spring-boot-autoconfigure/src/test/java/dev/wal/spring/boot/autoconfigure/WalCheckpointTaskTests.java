// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointTask;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.checkpoint.WalCheckpointer.Outcome;
import dev.wal.spring.replay.WalReplayProgress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalCheckpointTask}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalCheckpointTaskTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		// Replay is tested elsewhere, and only a SpringApplication runs it.
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=12KB",
					"wal.replay.enabled=false");
	}

	@Test
	@Tag("R89")
	void takesTheSmallestAnswerOfAllSources() {
		this.runner.withBean("a", WalCheckpointSource.class, () -> () -> Lsn.of(30))
			.withBean("b", WalCheckpointSource.class, () -> () -> Lsn.of(20))
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				append(wal, 40);
				WalCheckpointer.Result result = context.getBean(WalCheckpointer.class).checkpoint();
				assertThat(result.outcome()).isEqualTo(Outcome.ADVANCED);
				assertThat(result.checkpointLsn()).isEqualTo(Lsn.of(20));
				assertThat(result.firstLsn()).isGreaterThan(Lsn.FIRST);
				assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(20));
				assertThat(wal.firstLsn().value()).isBetween(2L, 21L);
				assertThat(context.getBean(WalCheckpointer.class).report().lastSuccess()).isNotNull();
			});
	}

	@Test
	@Tag("R89")
	@Tag("property:wal.checkpoint.interval")
	void takesCheckpointsAtItsIntervalAsTheApplicationAdvances() {
		AtomicReference<Lsn> applied = new AtomicReference<>(Lsn.NONE);
		this.runner.withPropertyValues("wal.checkpoint.interval=20ms")
			.withBean(WalCheckpointSource.class, () -> applied::get)
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				append(wal, 40);
				applied.set(Lsn.of(5));
				await().until(() -> wal.checkpointLsn().equals(Lsn.of(5)));
				applied.set(Lsn.of(39));
				await().until(() -> wal.checkpointLsn().equals(Lsn.of(39)));
				assertThat(wal.firstLsn().value()).isGreaterThan(5);
			});
	}

	@Test
	@Tag("R89")
	void deletesNothingWithoutASource() {
		this.runner.run((context) -> {
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			append(wal, 40);
			assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome()).isEqualTo(Outcome.NO_SOURCE);
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.FIRST);
			assertThat(context.getBean(WalCheckpointer.class).report().lastSuccess()).isNull();
		});
	}

	@Test
	@Tag("R89")
	void deletesNothingWhereOneSourceHasAppliedNothing() {
		this.runner.withBean("a", WalCheckpointSource.class, () -> () -> Lsn.of(30))
			.withBean("b", WalCheckpointSource.class, () -> () -> Lsn.NONE)
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				append(wal, 40);
				assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome()).isEqualTo(Outcome.UNCHANGED);
				assertThat(wal.firstLsn()).isEqualTo(Lsn.FIRST);
			});
	}

	@Test
	void neverGoesBackAndNeverAboveWhatIsDurable() {
		AtomicReference<Lsn> applied = new AtomicReference<>(Lsn.of(10));
		this.runner.withPropertyValues("wal.sync.mode=none")
			.withBean(WalCheckpointSource.class, () -> applied::get)
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
				append(wal, 11);
				wal.sync();
				wal.append(new byte[10], SyncPolicy.none());
				assertThat(checkpointer.checkpoint().checkpointLsn()).isEqualTo(Lsn.of(10));
				applied.set(Lsn.of(9));
				assertThat(checkpointer.checkpoint().outcome()).isEqualTo(Outcome.UNCHANGED);
				assertThat(wal.checkpointLsn()).isEqualTo(Lsn.of(10));
				applied.set(Lsn.of(12));
				Lsn durable = wal.durableLsn();
				assertThat(checkpointer.checkpoint().checkpointLsn()).isEqualTo(durable);
			});
	}

	@Test
	@Tag("R89")
	@Tag("R103")
	void aFailureIsCountedLoggedAndTriedAgain(CapturedOutput output) {
		AtomicBoolean broken = new AtomicBoolean(true);
		this.runner.withPropertyValues("wal.checkpoint.interval=20ms").withBean(WalCheckpointSource.class, () -> () -> {
			if (broken.get()) {
				throw new IllegalStateException("the database is away");
			}
			return Lsn.of(3);
		}).run((context) -> {
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
			append(wal, 5);
			await().until(() -> checkpointer.report().failureCount() >= 3);
			assertThat(checkpointer.report().lastFailure()).hasMessage("the database is away");
			assertThat(checkpointer.report().failingSince()).isNotNull();
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
			assertThat(output).containsOnlyOnce("Checkpoint failed; retrying at the next interval");
			broken.set(false);
			await().until(() -> wal.checkpointLsn().equals(Lsn.of(3)));
			await().until(() -> checkpointer.report().lastFailure() == null);
			await().until(() -> output.getOut().contains("Checkpoint succeeded again after"));
			assertThat(checkpointer.report().failingSince()).isNull();
		});
	}

	@Test
	void aFailureReachesTheCallerOfTheCheckpoint() {
		this.runner.withBean(WalCheckpointSource.class, () -> () -> {
			throw new IllegalStateException("the database is away");
		}).run((context) -> {
			WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
			append(context.getBean(LocalWriteAheadLog.class), 1);
			assertThatIllegalStateException().isThrownBy(checkpointer::checkpoint);
			assertThat(checkpointer.report().failureCount()).isEqualTo(1);
		});
		this.runner.withBean(WalCheckpointSource.class, () -> () -> null)
			.run((context) -> assertThatNullPointerException()
				.isThrownBy(() -> context.getBean(WalCheckpointer.class).checkpoint())
				.withMessageContaining("returned null"));
	}

	@Test
	@Tag("R89")
	void checkpointsDoNotOverlap() throws Exception {
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger rounds = new AtomicInteger();
		this.runner.withPropertyValues("wal.checkpoint.interval=1ms").withBean(WalCheckpointSource.class, () -> () -> {
			most.accumulateAndGet(inside.incrementAndGet(), Math::max);
			rounds.incrementAndGet();
			Thread.onSpinWait();
			inside.decrementAndGet();
			return Lsn.NONE;
		}).run((context) -> {
			WalCheckpointer checkpointer = context.getBean(WalCheckpointer.class);
			Thread[] threads = new Thread[4];
			for (int i = 0; i < threads.length; i++) {
				threads[i] = new Thread(() -> {
					for (int round = 0; round < 200; round++) {
						checkpointer.checkpoint();
					}
				});
				threads[i].start();
			}
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(rounds.get()).isGreaterThanOrEqualTo(800);
			assertThat(most).hasValue(1);
		});
	}

	@Test
	void waitsForTheReplay() {
		this.runner.withPropertyValues("wal.replay.enabled=true")
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(1))
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				append(wal, 2);
				assertThat(context.getBean(WalReplayProgress.class).state()).isEqualTo(WalReplayProgress.State.PENDING);
				assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome()).isEqualTo(Outcome.NOT_READY);
				context.getBean(WalReplayRunner.class).run(null);
				assertThat(context.getBean(WalCheckpointer.class).checkpoint().outcome()).isEqualTo(Outcome.ADVANCED);
			});
	}

	@Test
	@Tag("property:wal.checkpoint.enabled")
	void isTakenOnDemandOnlyWhereTheScheduleIsDisabled() {
		AtomicInteger asked = new AtomicInteger();
		this.runner.withPropertyValues("wal.checkpoint.enabled=false", "wal.snapshot.enabled=false")
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(asked.incrementAndGet()))
			.run((context) -> {
				append(context.getBean(LocalWriteAheadLog.class), 3);
				assertThat(Thread.getAllStackTraces().keySet())
					.noneMatch((thread) -> thread.getName().startsWith("wal-checkpoint-"));
				context.getBean(WalCheckpointer.class).checkpoint();
				assertThat(asked).hasValue(1);
			});
	}

	@Test
	void isNeverInterruptedAndWaitedForWhenTheContextStops() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		AtomicBoolean interrupted = new AtomicBoolean();
		AtomicReference<LocalWriteAheadLog> log = new AtomicReference<>();
		this.runner.withPropertyValues("wal.checkpoint.interval=1ms").withBean(WalCheckpointSource.class, () -> () -> {
			inside.countDown();
			try {
				interrupted.set(!release.await(300, TimeUnit.MILLISECONDS) && Thread.currentThread().isInterrupted());
			}
			catch (InterruptedException ex) {
				interrupted.set(true);
			}
			return Lsn.FIRST;
		}).run((context) -> {
			log.set(context.getBean(LocalWriteAheadLog.class));
			append(log.get(), 1);
			assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
		});
		assertThat(interrupted).isFalse();
		assertThat(log.get().status().checkpointLsn()).isEqualTo(Lsn.FIRST);
	}

	@Test
	void goesOnAfterItsContextWasStoppedAndStarted() {
		Set<String> threads = ConcurrentHashMap.newKeySet();
		AtomicReference<Lsn> applied = new AtomicReference<>(Lsn.NONE);
		this.runner.withPropertyValues("wal.checkpoint.interval=10ms").withBean(WalCheckpointSource.class, () -> () -> {
			threads.add(Thread.currentThread().getName());
			return applied.get();
		}).run((context) -> {
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			append(wal, 5);
			await().until(() -> !threads.isEmpty());
			context.stop();
			threads.clear();
			context.start();
			applied.set(Lsn.of(4));
			await().until(() -> wal.checkpointLsn().equals(Lsn.of(4)));
			assertThat(threads).allMatch((name) -> name.startsWith("wal-checkpoint-"));
		});
	}

	private static void append(LocalWriteAheadLog wal, int records) {
		for (int i = 0; i < records; i++) {
			wal.append(new byte[1000]);
		}
	}

}
