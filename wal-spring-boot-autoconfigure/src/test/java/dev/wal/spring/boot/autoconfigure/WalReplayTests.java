// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalDeadLetterHandler;
import dev.wal.spring.replay.WalRecordSkippedEvent;
import dev.wal.spring.replay.WalReplayCompletedEvent;
import dev.wal.spring.replay.WalReplayException;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayLifecycle;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalReplayProgress.State;
import dev.wal.spring.replay.WalReplayStartedEvent;
import dev.wal.spring.replay.WalReplayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalReplayer}, {@link WalReplayRunner} and {@link WalReplayLifecycle}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalReplayTests {

	private static final String SECRET = "secret-payload-";

	@TempDir
	Path temp;

	private Path directory;

	@BeforeEach
	void setUp() {
		this.directory = this.temp.resolve("wal");
	}

	@Test
	@Tag("R82")
	void replaysEverythingAboveTheCheckpointBeforeTraffic() {
		append(10);
		checkpoint(4);
		List<Long> replayed = new ArrayList<>();
		List<ReadinessState> readiness = new ArrayList<>();
		try (ConfigurableApplicationContext context = run(
				(beans) -> beans.registerBean("handler", WalReplayHandler.class, () -> (WalReplayHandler) (record) -> {
					replayed.add(record.lsn().value());
					readiness.add(beans.getBean(ApplicationAvailability.class).getReadinessState());
					assertThat(record.toText()).isEqualTo(SECRET + record.lsn());
				}))) {
			assertThat(replayed).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
			assertThat(readiness).containsOnly(ReadinessState.REFUSING_TRAFFIC);
			assertThat(context.getBean(ApplicationAvailability.class).getReadinessState())
				.isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			WalReplayProgress progress = context.getBean(WalReplayProgress.class);
			assertThat(progress.state()).isEqualTo(State.COMPLETED);
			assertThat(progress.from()).isEqualTo(Lsn.of(5));
			assertThat(progress.to()).isEqualTo(Lsn.of(10));
			assertThat(progress.position()).isEqualTo(Lsn.of(10));
			assertThat(progress.replayedRecords()).isEqualTo(6);
			assertThat(progress.skippedRecords()).isZero();
			assertThat(progress.duration()).isPositive();
		}
	}

	@Test
	@Tag("R82")
	void replaysEverythingWithoutACheckpointAndAgainAtTheNextStart() {
		append(3);
		for (int start = 0; start < 2; start++) {
			List<Long> replayed = new ArrayList<>();
			run((beans) -> handler(beans, (record) -> replayed.add(record.lsn().value()))).close();
			assertThat(replayed).containsExactly(1L, 2L, 3L);
		}
	}

	@Test
	@Tag("R82")
	void replaysFromTheFirstRecordLeftAfterADeletion() {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).segmentSize(8 * 1024).open()) {
			for (int i = 0; i < 100; i++) {
				wal.append(new byte[1000]);
			}
			wal.checkpoint(Lsn.of(50));
			assertThat(wal.firstLsn().value()).isGreaterThan(1);
		}
		List<Long> replayed = new ArrayList<>();
		run((beans) -> handler(beans, (record) -> replayed.add(record.lsn().value()))).close();
		assertThat(replayed).hasSize(50).startsWith(51L).endsWith(100L);
	}

	@Test
	@Tag("R82")
	void givesEachRecordToAllHandlersInTheirOrder() {
		append(2);
		List<String> calls = new ArrayList<>();
		class Recording implements WalReplayHandler, Ordered {

			private final int order;

			Recording(int order) {
				this.order = order;
			}

			@Override
			public void replayStarted(Lsn from, Lsn to) {
				calls.add(this.order + " started " + from + ".." + to);
			}

			@Override
			public void onRecord(WalRecord record) {
				calls.add(this.order + " record " + record.lsn());
			}

			@Override
			public void replayCompleted(Lsn from, Lsn to) {
				calls.add(this.order + " completed " + from + ".." + to);
			}

			@Override
			public int getOrder() {
				return this.order;
			}

		}
		run((beans) -> {
			beans.registerBean("b", WalReplayHandler.class, () -> new Recording(2));
			beans.registerBean("a", WalReplayHandler.class, () -> new Recording(1));
		}).close();
		assertThat(calls).containsExactly("1 started 1..2", "2 started 1..2", "1 record 1", "2 record 1", "1 record 2",
				"2 record 2", "1 completed 1..2", "2 completed 1..2");
	}

	@Test
	void tellsHandlersAndListenersAlsoWhereThereIsNothingToReplay() {
		List<Object> events = new CopyOnWriteArrayList<>();
		List<Lsn> told = new ArrayList<>();
		run((beans) -> {
			recordEvents(beans, events);
			beans.registerBean("handler", WalReplayHandler.class, () -> new WalReplayHandler() {

				@Override
				public void onRecord(WalRecord record) {
					told.add(record.lsn());
				}

				@Override
				public void replayStarted(Lsn from, Lsn to) {
					told.add(from);
					told.add(to);
				}

			});
		}).close();
		assertThat(told).containsExactly(Lsn.NONE, Lsn.NONE);
		assertThat(events).hasSize(2);
		assertThat(events.get(0)).isEqualTo(new WalReplayStartedEvent(Lsn.NONE, Lsn.NONE));
	}

	@Test
	void leavesOutWhatThisRunHasAlreadyAppended() {
		append(2);
		List<Long> replayed = new ArrayList<>();
		try (ConfigurableApplicationContext context = run((beans) -> {
			handler(beans, (record) -> replayed.add(record.lsn().value()));
			beans.registerBean("early", EarlyAppend.class);
		})) {
			assertThat(replayed).containsExactly(1L, 2L);
			assertThat(context.getBean(WriteAheadLog.class).lastLsn()).isEqualTo(Lsn.of(3));
		}
	}

	@Test
	@Tag("R82")
	void failsTheStartAtTheFirstErrorByDefault(CapturedOutput output) {
		append(3);
		List<Object> events = new CopyOnWriteArrayList<>();
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(WalReplayException.class).isThrownBy(() -> run((beans) -> {
			recordEvents(beans, events);
			handler(beans, (record) -> {
				calls.incrementAndGet();
				failAt(record, 2);
			});
		})).satisfies((ex) -> {
			assertThat(ex.lsn()).isEqualTo(Lsn.of(2));
			assertThat(ex.handler()).isEqualTo("handler");
		}).withCauseInstanceOf(IllegalStateException.class);
		assertThat(calls).hasValue(2);
		assertThat(events).hasSize(1);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The record with LSN 2 of the write-ahead log could not be replayed")
			.contains("wal.replay.on-error")
			.doesNotContain(SECRET);
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			assertThat(wal.checkpointLsn()).isEqualTo(Lsn.NONE);
			assertThat(wal.firstLsn()).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	@Tag("R82")
	void retriesOnlyTheHandlerThatThrew(CapturedOutput output) {
		append(3);
		List<String> calls = new ArrayList<>();
		AtomicInteger failures = new AtomicInteger(2);
		run((beans) -> {
			beans.registerBean("first", WalReplayHandler.class,
					() -> (WalReplayHandler) (record) -> calls.add("first " + record.lsn()));
			beans.registerBean("second", WalReplayHandler.class, () -> (WalReplayHandler) (record) -> {
				calls.add("second " + record.lsn());
				if (record.lsn().value() == 2 && failures.getAndDecrement() > 0) {
					throw new IllegalStateException(record.toText());
				}
			});
		}, "wal.replay.on-error=retry", "wal.replay.max-attempts=3", "wal.replay.backoff=1ms").close();
		assertThat(calls).containsExactly("first 1", "second 1", "first 2", "second 2", "second 2", "second 2",
				"first 3", "second 3");
		assertThat(output).contains("attempt 2 of 3").doesNotContain(SECRET);
	}

	@Test
	@Tag("R82")
	@Tag("property:wal.replay.max-attempts")
	void failsTheStartWhenAllAttemptsHave() {
		append(3);
		AtomicInteger calls = new AtomicInteger();
		assertThatExceptionOfType(WalReplayException.class).isThrownBy(() -> run((beans) -> handler(beans, (record) -> {
			calls.incrementAndGet();
			failAt(record, 1);
		}), "wal.replay.on-error=retry", "wal.replay.max-attempts=4", "wal.replay.backoff=0"))
			.withMessageContaining("4 attempts");
		assertThat(calls).hasValue(4);
	}

	@Test
	@Tag("R82")
	@Tag("property:wal.replay.backoff")
	void pausesBeforeTheNextAttempt() {
		append(1);
		List<Long> attempts = new ArrayList<>();
		run((beans) -> handler(beans, (record) -> {
			attempts.add(System.nanoTime());
			if (attempts.size() == 1) {
				throw new IllegalStateException("not now");
			}
		}), "wal.replay.on-error=retry", "wal.replay.backoff=200ms").close();
		assertThat(attempts).hasSize(2);
		assertThat(Duration.ofNanos(attempts.get(1) - attempts.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(200));
	}

	@Test
	@Tag("R82")
	@Tag("property:wal.replay.on-error")
	void skipsToTheDeadLetterHandlersAndGoesOn(CapturedOutput output) {
		append(4);
		List<Long> applied = new ArrayList<>();
		Map<Long, String> deadLetters = new ConcurrentHashMap<>();
		List<Object> events = new CopyOnWriteArrayList<>();
		try (ConfigurableApplicationContext context = run((beans) -> {
			recordEvents(beans, events);
			handler(beans, (record) -> {
				failAt(record, 2);
				applied.add(record.lsn().value());
			});
			beans.registerBean("dead", WalDeadLetterHandler.class, () -> (WalDeadLetterHandler) (record,
					failure) -> deadLetters.put(record.lsn().value(), failure.getMessage()));
		}, "wal.replay.on-error=skip")) {
			assertThat(applied).containsExactly(1L, 3L, 4L);
			assertThat(deadLetters).containsExactly(Map.entry(2L, SECRET + 2));
			WalReplayProgress progress = context.getBean(WalReplayProgress.class);
			assertThat(progress.replayedRecords()).isEqualTo(4);
			assertThat(progress.skippedRecords()).isEqualTo(1);
		}
		assertThat(events).hasSize(3);
		assertThat(events.get(1)).isInstanceOfSatisfying(WalRecordSkippedEvent.class,
				(event) -> assertThat(event.record().lsn()).isEqualTo(Lsn.of(2)));
		assertThat(events.get(2)).isInstanceOfSatisfying(WalReplayCompletedEvent.class,
				(event) -> assertThat(event.skippedRecords()).isEqualTo(1));
		assertThat(output).contains("Skipped WalRecord[lsn=2").doesNotContain(SECRET);
	}

	@Test
	void failsTheStartWhereARecordCouldNotBePutAside() {
		append(2);
		assertThatExceptionOfType(WalReplayException.class).isThrownBy(() -> run((beans) -> {
			handler(beans, (record) -> failAt(record, 1));
			beans.registerBean("dead", WalDeadLetterHandler.class, () -> (WalDeadLetterHandler) (record, failure) -> {
				throw new java.io.IOException("no room");
			});
		}, "wal.replay.on-error=skip")).withMessageContaining("LSN 1").withCauseInstanceOf(java.io.IOException.class);
	}

	@Test
	@Tag("R104")
	@Tag("property:wal.replay.progress-interval")
	void reportsItsProgressWithoutPayloads(CapturedOutput output) {
		append(50);
		run((beans) -> handler(beans, (record) -> {
		}), "wal.replay.progress-interval=1ns").close();
		assertThat(output).contains("Replaying the write-ahead log from LSN 1 to 50")
			.contains("Replayed 7 records, 0 of them skipped: at LSN 7 of 50")
			.containsPattern("Replayed 50 records in \\d+ ms")
			.doesNotContain(SECRET);
	}

	@Test
	@Tag("property:wal.replay.enabled")
	void doesNotReplayWhereThatIsDisabled() {
		append(2);
		List<Long> replayed = new ArrayList<>();
		try (ConfigurableApplicationContext context = run(
				(beans) -> handler(beans, (record) -> replayed.add(record.lsn().value())),
				"wal.replay.enabled=false")) {
			assertThat(replayed).isEmpty();
			assertThat(context.getBeansOfType(WalReplayProgress.class)).isEmpty();
		}
	}

	@Test
	void comesBeforeOtherRunners() {
		append(1);
		List<String> calls = new ArrayList<>();
		run((beans) -> {
			handler(beans, (record) -> calls.add("replay"));
			beans.registerBean("runner", ApplicationRunner.class, () -> new ApplicationRunner() {

				@Override
				public void run(ApplicationArguments args) {
					calls.add("runner");
				}

			});
		}).close();
		assertThat(calls).containsExactly("replay", "runner");
	}

	@Test
	void replaysOnceInTheLifeOfAContext() {
		append(1);
		List<Long> replayed = new ArrayList<>();
		try (ConfigurableApplicationContext context = run(
				(beans) -> handler(beans, (record) -> replayed.add(record.lsn().value())),
				"wal.replay.phase=before-web-server")) {
			context.stop();
			context.start();
			assertThat(replayed).containsExactly(1L);
		}
	}

	@Test
	void stopsWhenTheContextIsClosedAndSkipsNothingThen() throws Exception {
		append(3);
		CountDownLatch inHandler = new CountDownLatch(1);
		CountDownLatch closing = new CountDownLatch(1);
		List<Long> skipped = new CopyOnWriteArrayList<>();
		List<ConfigurableApplicationContext> contexts = new CopyOnWriteArrayList<>();
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		Thread main = new Thread(() -> {
			try {
				run((beans) -> {
					contexts.add(beans);
					handler(beans, (record) -> {
						inHandler.countDown();
						await().until(() -> closing.getCount() == 0);
						throw new IllegalStateException("a resource of the handler has been closed");
					});
					beans.registerBean("dead", WalDeadLetterHandler.class,
							() -> (WalDeadLetterHandler) (record, failure) -> skipped.add(record.lsn().value()));
					beans.addApplicationListener(
							(ApplicationListener<org.springframework.context.event.ContextClosedEvent>) (
									event) -> closing.countDown());
				}, "wal.replay.on-error=skip");
			}
			catch (Throwable ex) {
				failures.add(ex);
			}
		});
		main.start();
		assertThat(inHandler.await(30, TimeUnit.SECONDS)).isTrue();
		contexts.get(0).close();
		main.join(30_000);
		assertThat(skipped).isEmpty();
		assertThat(failures).singleElement().isInstanceOf(WalClosedException.class);
	}

	private void append(int records) {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).segmentSize(64 * 1024).open()) {
			for (int i = 1; i <= records; i++) {
				wal.append((SECRET + i).getBytes(StandardCharsets.UTF_8));
			}
		}
	}

	private void checkpoint(long lsn) {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).segmentSize(64 * 1024).open()) {
			wal.checkpoint(Lsn.of(lsn));
		}
	}

	private static void failAt(WalRecord record, long lsn) {
		if (record.lsn().value() == lsn) {
			throw new IllegalStateException(record.toText());
		}
	}

	private static void handler(GenericApplicationContext beans, WalReplayHandler handler) {
		beans.registerBean("handler", WalReplayHandler.class, () -> handler);
	}

	private static void recordEvents(GenericApplicationContext context, List<Object> events) {
		context.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
			if (event.getPayload().getClass().getPackageName().equals("dev.wal.spring.replay")) {
				events.add(event.getPayload());
			}
		});
	}

	private ConfigurableApplicationContext run(Consumer<GenericApplicationContext> beans, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("wal.directory=" + this.directory, "wal.segment-size=64KB")
			.properties(properties)
			.initializers((context) -> beans.accept((GenericApplicationContext) context))
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ WalAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class })
	static class Application {

	}

	static class EarlyAppend {

		EarlyAppend(WriteAheadLog wal) {
			wal.append(new byte[1]);
		}

	}

}
