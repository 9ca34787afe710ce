// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import dev.wal.spring.lifecycle.WalLifecycle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the order in which a closing context closes its log.
 */
class WalShutdownOrderTests {

	@TempDir
	Path temp;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Tag("R101")
	void anAppendOfAScheduledTaskUnderWaySucceeds(boolean awaitTermination) {
		Path directory = this.temp.resolve("wal");
		List<Object> outcome = new CopyOnWriteArrayList<>();
		runner(directory, outcome)
			.withPropertyValues("spring.task.scheduling.shutdown.await-termination=" + awaitTermination,
					"spring.task.scheduling.shutdown.await-termination-period=20s")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				await().until(() -> context.getBean(SlowTask.class).started.getCount() == 0);
			});
		assertThat(outcome).containsExactly(Lsn.FIRST);
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			assertThat(wal.lastLsn()).isEqualTo(Lsn.FIRST);
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
		}
	}

	@Test
	@Tag("R101")
	void anAppendWhileBeansAreDestroyedSucceeds() {
		Path directory = this.temp.resolve("wal");
		List<Object> outcome = new CopyOnWriteArrayList<>();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + directory)
			.withBean(LastWords.class)
			.run((context) -> context.getBean(LastWords.class).outcome = outcome);
		assertThat(outcome).containsExactly(Lsn.FIRST);
	}

	@Test
	@Tag("R101")
	void whatWasAppendedWithoutAForceIsForcedWhenTheContextStops() {
		Path directory = this.temp.resolve("wal");
		List<Lsn> durable = new CopyOnWriteArrayList<>();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + directory, "wal.sync.mode=none")
			.run((context) -> {
				WriteAheadLog wal = context.getBean(WriteAheadLog.class);
				wal.append(new byte[10]);
				WalLifecycle lifecycle = context.getBean(WalLifecycle.class);
				lifecycle.onApplicationEvent(new ContextClosedEvent(context.getSourceApplicationContext()));
				lifecycle.stop();
				durable.add(wal.durableLsn());
				assertThat(wal.append(new byte[10])).isEqualTo(Lsn.of(2));
			});
		assertThat(durable).containsExactly(Lsn.FIRST);
	}

	private ApplicationContextRunner runner(Path directory, List<Object> outcome) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, TaskSchedulingAutoConfiguration.class))
			.withUserConfiguration(Scheduling.class)
			.withPropertyValues("wal.directory=" + directory)
			.withBean(SlowTask.class)
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("outcome", outcome));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

	/**
	 * Appends some time after the context has started to close.
	 */
	static class SlowTask implements ApplicationListener<ContextClosedEvent> {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch closing = new CountDownLatch(1);

		private final WriteAheadLog wal;

		private final List<Object> outcome;

		@SuppressWarnings("unchecked")
		SlowTask(WriteAheadLog wal, @org.springframework.beans.factory.annotation.Qualifier("outcome") Object outcome) {
			this.wal = wal;
			this.outcome = (List<Object>) outcome;
		}

		@Scheduled(fixedDelay = 1_000_000)
		void run() {
			this.started.countDown();
			try {
				long begin = System.nanoTime();
				await().atMost(Duration.ofSeconds(30)).until(() -> this.closing.getCount() == 0);
				// Well into the phases of the shutdown.
				await().until(() -> System.nanoTime() - begin > 300_000_000L);
				this.outcome.add(this.wal.append(new byte[100]));
			}
			catch (RuntimeException ex) {
				this.outcome.add(ex);
			}
		}

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
			this.closing.countDown();
		}

	}

	static class LastWords implements DisposableBean {

		private final WriteAheadLog wal;

		private List<Object> outcome = new CopyOnWriteArrayList<>();

		LastWords(WriteAheadLog wal) {
			this.wal = wal;
		}

		@Override
		public void destroy() {
			this.outcome.add(this.wal.append(new byte[10]));
		}

	}

}
