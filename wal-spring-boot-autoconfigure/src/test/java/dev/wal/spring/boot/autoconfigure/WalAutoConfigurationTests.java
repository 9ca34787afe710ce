// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalClosedException;
import dev.wal.WalLockedException;
import dev.wal.WalObserver;
import dev.wal.WalState;
import dev.wal.WalStatus;
import dev.wal.WriteAheadLog;
import dev.wal.spring.WalBuilderCustomizer;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.lifecycle.WalHandle;
import dev.wal.spring.lifecycle.WalLifecycle;
import dev.wal.spring.replay.WalReplayProgress;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.scheduling.TaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalAutoConfiguration}: the log as a bean.
 */
class WalAutoConfigurationTests {

	private static final byte[] PAYLOAD = { 1, 2, 3 };

	@TempDir
	Path temp;

	private Path directory;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.directory = this.temp.resolve("data/wal");
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.directory, "wal.segment-size=64KB");
	}

	@Test
	void theLogIsABeanThatIsOpenOnceTheContextHasStarted() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(LocalWriteAheadLog.class)
				.hasSingleBean(WalTemplate.class)
				.hasSingleBean(WalReplayProgress.class)
				.hasSingleBean(WalCheckpointer.class);
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			assertThat(wal.status().state()).isEqualTo(WalState.OPEN);
			assertThat(wal.append(PAYLOAD)).isEqualTo(Lsn.FIRST);
			assertThat(wal.durableLsn()).isEqualTo(Lsn.FIRST);
		});
	}

	@Test
	void noFileIsOpenedWhileBeansAreCreated() {
		this.runner.withUserConfiguration(DirectoryProbe.class).run((context) -> {
			assertThat(context.getBean(DirectoryProbe.class).existedAfterCreation).isFalse();
			assertThat(this.directory).exists();
		});
	}

	@Test
	void theFirstUseBeforeTheContextHasStartedOpensTheLog() {
		this.runner.withUserConfiguration(EarlyAppend.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(LocalWriteAheadLog.class).lastLsn()).isEqualTo(Lsn.FIRST);
		});
	}

	@Test
	@Tag("R98")
	void readingTheStatusDoesNotOpenTheLog() {
		LocalWriteAheadLog wal = new WalHandle(WriteAheadLog.builder(this.directory).options(),
				WriteAheadLog.builder(this.directory)::open)
			.view();
		WalStatus status = wal.status();
		assertThat(status.state()).isEqualTo(WalState.CLOSED);
		assertThat(Path.of(status.location())).isEqualTo(wal.options().directory());
		assertThat(status.lastLsn()).isEqualTo(Lsn.NONE);
		assertThat(wal).hasToString("WriteAheadLog of WalHandle[" + this.directory + ", NEW]");
		assertThat(this.directory).doesNotExist();
	}

	@Test
	@Tag("R101")
	void everyCallAfterTheContextWasClosedThrowsWalClosedException() {
		List<LocalWriteAheadLog> logs = new ArrayList<>();
		this.runner.run((context) -> {
			logs.add(context.getBean(LocalWriteAheadLog.class));
			logs.get(0).append(PAYLOAD);
		});
		LocalWriteAheadLog wal = logs.get(0);
		Map<String, ThrowingCallable> calls = Map.ofEntries(Map.entry("append", () -> wal.append(PAYLOAD)),
				Map.entry("append with policy", () -> wal.append(PAYLOAD, SyncPolicy.none())),
				Map.entry("appendAll", () -> wal.appendAll(WalBatch.of(List.of(PAYLOAD)))),
				Map.entry("appendAsync", () -> wal.appendAsync(PAYLOAD)), Map.entry("flush", wal::flush),
				Map.entry("sync", wal::sync), Map.entry("rotate", wal::rotate),
				Map.entry("follow", () -> wal.follow(Lsn.FIRST)),
				Map.entry("subscribe", () -> wal.subscribe(Lsn.FIRST, (record) -> {
				})), Map.entry("checkpoint", () -> wal.checkpoint(Lsn.FIRST)),
				Map.entry("reset", () -> wal.reset(Lsn.FIRST)), Map.entry("read", () -> wal.read(Lsn.FIRST)));
		calls.forEach((name, call) -> assertThatExceptionOfType(WalClosedException.class).as(name)
			.isThrownBy(call)
			.withMessageContaining("closed"));
		assertThat(wal.status().state()).isEqualTo(WalState.CLOSED);
		assertThat(wal.status().lastLsn()).isEqualTo(Lsn.FIRST);
		wal.close();
	}

	@Test
	@Tag("R101")
	void theDirectoryIsFreeAfterTheContextWasClosed() {
		this.runner.run((context) -> context.getBean(LocalWriteAheadLog.class).append(PAYLOAD));
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			assertThat(wal.lastLsn()).isEqualTo(Lsn.FIRST);
			assertThat(wal.recoveryReport().cleanShutdown()).isTrue();
		}
	}

	@Test
	void theLogIsClosedWhileItsContextIsStopped() {
		this.runner.run((context) -> {
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			wal.append(PAYLOAD);
			context.stop();
			assertThat(wal.status().state()).isEqualTo(WalState.CLOSED);
			assertThatExceptionOfType(WalClosedException.class).isThrownBy(() -> wal.append(PAYLOAD))
				.withMessageContaining("opens when the context starts again");
			try (LocalWriteAheadLog other = WriteAheadLog.builder(this.directory).open()) {
				assertThat(other.append(PAYLOAD)).isEqualTo(Lsn.of(2));
			}
			context.start();
			assertThat(wal.append(PAYLOAD)).isEqualTo(Lsn.of(3));
		});
	}

	@Test
	void theLogIsClosedWhileItsContextIsPaused() {
		this.runner.run((context) -> {
			ConfigurableApplicationContext source = context.getSourceApplicationContext();
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			for (int round = 1; round <= 3; round++) {
				assertThat(wal.append(PAYLOAD)).isEqualTo(Lsn.of(round));
				source.pause();
				assertThat(wal.status().state()).isEqualTo(WalState.CLOSED);
				source.restart();
			}
			assertThat(wal.lastLsn()).isEqualTo(Lsn.of(3));
		});
	}

	@Test
	@Tag("R102")
	void aSecondContextOnTheSameDirectoryFailsUntilTheFirstIsStopped() {
		this.runner.run((first) -> {
			this.runner.run((second) -> assertThat(second).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(WalLockedException.class)
				.hasMessageContaining(this.directory.toString()));
			first.stop();
			this.runner.run((second) -> assertThat(second).hasNotFailed());
			first.start();
			assertThat(first.getBean(LocalWriteAheadLog.class).append(PAYLOAD)).isEqualTo(Lsn.FIRST);
		});
	}

	@Test
	@Tag("R102")
	void aLogThatCannotBeOpenedFailsTheStart() throws Exception {
		Files.createDirectories(this.directory.getParent());
		Files.createFile(this.directory);
		this.runner.run((context) -> assertThat(context).hasFailed());
		this.runner.withPropertyValues("wal.enabled=false").run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	@Tag("R102")
	@Tag("property:wal.enabled")
	void thereIsNothingWhenTheLogIsDisabled() {
		this.runner.withPropertyValues("wal.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LocalWriteAheadLog.class)
				.doesNotHaveBean(WalProperties.class)
				.doesNotHaveBean(WalTemplate.class)
				.doesNotHaveBean(WalCheckpointer.class)
				.doesNotHaveBean(WalReplayProgress.class));
		assertThat(this.directory).doesNotExist();
	}

	@Test
	void theLogBacksOffToTheUsersOwn() {
		this.runner.withUserConfiguration(OwnLog.class).run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(LocalWriteAheadLog.class)
				.doesNotHaveBean(WalLifecycle.class)
				.hasSingleBean(WalTemplate.class)
				.hasSingleBean(WalCheckpointer.class);
			assertThat(context.getBean(LocalWriteAheadLog.class).append(PAYLOAD)).isEqualTo(Lsn.FIRST);
			assertThat(this.directory).doesNotExist();
		});
	}

	@Test
	void nothingIsBuiltOnSeveralLogsOfWhichNoneIsPrimary() {
		this.runner.withUserConfiguration(TwoLogs.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(WalTemplate.class)
				.doesNotHaveBean(WalCheckpointer.class)
				.doesNotHaveBean(WalReplayProgress.class));
	}

	@Test
	void theTemplateBacksOffToTheUsersOwn() {
		WalTemplate own = Mockito.mock(WalTemplate.class);
		this.runner.withBean(WalTemplate.class, () -> own)
			.run((context) -> assertThat(context).getBean(WalTemplate.class).isSameAs(own));
	}

	@Test
	void theCheckpointerBacksOffToTheUsersOwn() {
		WalCheckpointer own = Mockito.mock(WalCheckpointer.class);
		this.runner.withBean(WalCheckpointer.class, () -> own)
			.run((context) -> assertThat(context).getBean(WalCheckpointer.class).isSameAs(own));
	}

	@Test
	void customizersComeAfterThePropertiesInTheirOrder() {
		this.runner.withUserConfiguration(Customizers.class).run((context) -> {
			LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
			assertThat(wal.options().files().segmentSize()).isEqualTo(32 * 1024);
			assertThat(wal.options().log().owner()).isEqualTo("second");
		});
	}

	@Test
	void observersAreToldAlsoOnesThatThrowAndOnesOfACustomizer() {
		List<Integer> seen = new ArrayList<>();
		WalObserver observer = new WalObserver() {

			@Override
			public void appended(int records, long bytes, long nanos) {
				seen.add(records);
				throw new IllegalStateException("an observer must not throw");
			}

		};
		this.runner.withBean("first", WalObserver.class, () -> observer)
			.withBean(WalBuilderCustomizer.class, () -> (builder) -> builder.observer(observer))
			.run((context) -> {
				context.getBean(LocalWriteAheadLog.class).append(PAYLOAD);
				assertThat(seen).containsExactly(1, 1);
			});
	}

	@Test
	void noSchedulerIsPublishedAndNoSchedulingEnabled() {
		this.runner.withPropertyValues("wal.sync.mode=interval")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TaskScheduler.class));
	}

	@Test
	@Tag("R17")
	void settingsComeFromTheEnvironment() {
		Map<String, Object> environment = Map.of("WAL_SEGMENTSIZE", "16KB", "WAL_SYNC_MODE", "interval",
				"WAL_SYNC_INTERVAL", "250ms", "WAL_CORRUPTIONPOLICY", "SKIP", "WAL_RECOVERYSCAN", "since_checkpoint");
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.directory)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								environment)))
			.run((context) -> {
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				assertThat(wal.options().files().segmentSize()).isEqualTo(16 * 1024);
				assertThat(wal.options().files().syncPolicy()).isEqualTo(SyncPolicy.interval(Duration.ofMillis(250)));
				assertThat(wal.options().files().corruptionPolicy()).isEqualTo(CorruptionPolicy.SKIP);
				assertThat(wal.options().files().recoveryScan()).isEqualTo(RecoveryScan.SINCE_CHECKPOINT);
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class DirectoryProbe implements SmartInitializingSingleton {

		private final LocalWriteAheadLog wal;

		private boolean existedAfterCreation = true;

		DirectoryProbe(LocalWriteAheadLog wal) {
			this.wal = wal;
		}

		@Override
		public void afterSingletonsInstantiated() {
			this.existedAfterCreation = Files.exists(this.wal.options().directory());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyAppend {

		EarlyAppend(LocalWriteAheadLog wal) {
			wal.append(PAYLOAD);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLog {

		@Bean
		LocalWriteAheadLog ownLog() {
			return WriteAheadLog.temporary().open();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoLogs {

		@Bean
		LocalWriteAheadLog firstLog() {
			return WriteAheadLog.temporary().open();
		}

		@Bean
		LocalWriteAheadLog secondLog() {
			return WriteAheadLog.temporary().open();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		WalBuilderCustomizer second() {
			return (builder) -> builder.owner("second");
		}

		@Bean
		@Order(1)
		WalBuilderCustomizer first() {
			return (builder) -> builder.owner("first").segmentSize(32 * 1024);
		}

	}

}
