// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.WalRecord;
import dev.wal.WalRecordListener;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.spring.listener.WalListenerSubscriptions;
import dev.wal.spring.replay.WalReplayHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalListenerSubscriptions}.
 */
class WalListenerTests {

	private static final byte[] PAYLOAD = { 1 };

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		Path directory = this.temp.resolve("wal");
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			wal.append(PAYLOAD);
			wal.append(PAYLOAD);
		}
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + directory);
	}

	@Test
	@Tag("R94")
	void everyRecordIsEitherReplayedOrGivenToTheListeners() {
		List<Long> replayed = new CopyOnWriteArrayList<>();
		List<Long> heard = new CopyOnWriteArrayList<>();
		this.runner.withBean(WalReplayHandler.class, () -> (record) -> replayed.add(record.lsn().value()))
			.withBean(WalRecordListener.class, () -> (record) -> heard.add(record.lsn().value()))
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				wal.append(PAYLOAD);
				assertThat(heard).isEmpty();
				context.getBean(WalReplayRunner.class).run(null);
				wal.append(PAYLOAD);
				await().until(() -> heard.size() == 2);
				assertThat(replayed).containsExactly(1L, 2L);
				assertThat(heard).containsExactly(3L, 4L);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "truncate", "skip" })
	@Tag("property:wal.corruption-policy")
	void whereRecordsWereGivenUpReplayAndListenersHaveAllTheOthers(String policy) throws Exception {
		Path directory = this.temp.resolve("damaged");
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).segmentSize(12 * 1024).open()) {
			for (int i = 0; i < 20; i++) {
				wal.append(new byte[1000]);
			}
		}
		Path segment = directory.resolve("wal-00000000000000000003.log");
		byte[] bytes = Files.readAllBytes(segment);
		bytes[bytes.length - 500] ^= 1;
		Files.write(segment, bytes);
		List<Long> replayed = new CopyOnWriteArrayList<>();
		List<Long> heard = new CopyOnWriteArrayList<>();
		this.runner
			.withPropertyValues("wal.directory=" + directory, "wal.segment-size=12KB",
					"wal.corruption-policy=" + policy)
			.withBean(WalReplayHandler.class, () -> (record) -> replayed.add(record.lsn().value()))
			.withBean(WalRecordListener.class, () -> (record) -> heard.add(record.lsn().value()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(WalReplayRunner.class).run(null);
				long lsn = context.getBean(WriteAheadLog.class).append(PAYLOAD).value();
				await().until(() -> heard.equals(List.of(lsn)));
				assertThat(replayed).startsWith(1L, 2L).isSorted().doesNotHaveDuplicates();
				assertThat(lsn).isGreaterThan(20);
				if (policy.equals("skip")) {
					assertThat(replayed).hasSizeGreaterThan(15).endsWith(20L);
				}
			});
	}

	@Test
	void listenersDoNotWaitForAReplayThatIsDisabled() {
		List<Long> heard = new CopyOnWriteArrayList<>();
		this.runner.withPropertyValues("wal.replay.enabled=false")
			.withBean(WalRecordListener.class, () -> (record) -> heard.add(record.lsn().value()))
			.run((context) -> {
				context.getBean(WriteAheadLog.class).append(PAYLOAD);
				await().until(() -> heard.equals(List.of(3L)));
			});
	}

	@Test
	void aListenerGoesOnWhereItWasWhenItsContextStartsAgain() {
		List<Long> heard = new CopyOnWriteArrayList<>();
		this.runner.withPropertyValues("wal.replay.phase=before-web-server")
			.withBean(WalRecordListener.class, () -> (record) -> heard.add(record.lsn().value()))
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				wal.append(PAYLOAD);
				await().until(() -> heard.size() == 1);
				context.stop();
				context.start();
				wal.append(PAYLOAD);
				await().until(() -> heard.size() == 2);
				assertThat(heard).containsExactly(3L, 4L);
			});
	}

	@Test
	void aListenerThatThrowsIsGivenTheRecordAgain() {
		AtomicInteger calls = new AtomicInteger();
		this.runner.withPropertyValues("wal.replay.enabled=false").withBean(WalRecordListener.class, () -> (record) -> {
			if (calls.incrementAndGet() == 1) {
				throw new IllegalStateException("not now");
			}
		}).run((context) -> {
			context.getBean(WriteAheadLog.class).append(PAYLOAD);
			await().until(() -> calls.get() == 2);
		});
	}

	@Test
	void aDeliveryUnderWayIsWaitedForBeforeTheLogCloses() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		List<WalState> states = new CopyOnWriteArrayList<>();
		this.runner.withPropertyValues("wal.replay.enabled=false")
			.withBean(WalRecordListener.class, () -> (record) -> inside.countDown())
			.withBean("slow", SlowListener.class, () -> new SlowListener(never, states))
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				context.getBean(SlowListener.class).wal = wal;
				wal.append(PAYLOAD);
				assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
				await().until(() -> context.getBean(SlowListener.class).inside.getCount() == 0);
			});
		assertThat(states).containsExactly(WalState.OPEN);
	}

	static class SlowListener implements WalRecordListener {

		private final CountDownLatch inside = new CountDownLatch(1);

		private final CountDownLatch never;

		private final List<WalState> states;

		private volatile WriteAheadLog wal;

		SlowListener(CountDownLatch never, List<WalState> states) {
			this.never = never;
			this.states = states;
		}

		@Override
		public void onRecord(WalRecord record) throws Exception {
			this.inside.countDown();
			this.never.await(300, TimeUnit.MILLISECONDS);
			this.states.add(this.wal.status().state());
		}

	}

}
