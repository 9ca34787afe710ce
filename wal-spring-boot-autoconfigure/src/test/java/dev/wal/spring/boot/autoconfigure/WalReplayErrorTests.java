// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.Lsn;
import dev.wal.WalClosedException;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalDeadLetterHandler;
import dev.wal.spring.replay.WalRecordSkippedEvent;
import dev.wal.spring.replay.WalReplayCompletedEvent;
import dev.wal.spring.replay.WalReplayException;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalReplayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link WalReplayer} does about records that their handlers cannot apply.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalReplayErrorTests extends AbstractReplayTests {

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
			.contains("could not be replayed by 'handler': " + SECRET + 2);
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
	@Tag("R82")
	void offersASkippedRecordToTheDeadLetterHandlersInTheirOrder() {
		append(1);
		List<String> calls = new ArrayList<>();
		class Recording implements WalDeadLetterHandler, Ordered {

			private final int order;

			Recording(int order) {
				this.order = order;
			}

			@Override
			public void onSkipped(WalRecord record, Exception failure) {
				calls.add(this.order + " skipped " + record.lsn());
			}

			@Override
			public int getOrder() {
				return this.order;
			}

		}
		run((beans) -> {
			handler(beans, (record) -> failAt(record, 1));
			beans.registerBean("later", WalDeadLetterHandler.class, () -> new Recording(2));
			beans.registerBean("earlier", WalDeadLetterHandler.class, () -> new Recording(1));
		}, "wal.replay.on-error=skip").close();
		assertThat(calls).containsExactly("1 skipped 1", "2 skipped 1");
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

}
