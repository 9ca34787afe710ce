// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.spring.replay.WalReplayHandler;
import dev.wal.spring.replay.WalReplayLifecycle;
import dev.wal.spring.replay.WalReplayProgress;
import dev.wal.spring.replay.WalReplayProgress.State;
import dev.wal.spring.replay.WalReplayStartedEvent;
import dev.wal.spring.replay.WalReplayer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WalReplayer}, {@link WalReplayRunner} and {@link WalReplayLifecycle}:
 * what is replayed, when, and what is told of it.
 */
@ExtendWith(OutputCaptureExtension.class)
class WalReplayTests extends AbstractReplayTests {

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

	private void checkpoint(long lsn) {
		try (WriteAheadLog wal = WriteAheadLog.builder(this.directory).segmentSize(64 * 1024).open()) {
			wal.checkpoint(Lsn.of(lsn));
		}
	}

	static class EarlyAppend {

		EarlyAppend(WriteAheadLog wal) {
			wal.append(new byte[1]);
		}

	}

}
