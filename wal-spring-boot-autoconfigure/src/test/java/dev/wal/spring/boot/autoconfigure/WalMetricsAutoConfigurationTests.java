// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.SyncPolicy;
import dev.wal.WalBatch;
import dev.wal.WalRecordListener;
import dev.wal.WalState;
import dev.wal.WriteAheadLog;
import dev.wal.spring.boot.metrics.WalMeterObserver;
import dev.wal.spring.boot.metrics.WalMeters;
import dev.wal.spring.boot.metrics.WalMetrics;
import dev.wal.spring.checkpoint.WalCheckpointSource;
import dev.wal.spring.checkpoint.WalCheckpointer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WalMetricsAutoConfiguration}.
 */
class WalMetricsAutoConfigurationTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalMetricsAutoConfiguration.class,
					MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=12KB",
					"wal.replay.enabled=false");
	}

	@Test
	@Tag("R97")
	void everyDocumentedMeterIsThereAndNoOther() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.NONE)
			.withPropertyValues("wal.replay.enabled=true")
			.run((context) -> {
				Set<String> actual = new TreeSet<>();
				for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
					if (meter.getId().getName().startsWith("wal.")) {
						actual.add(meter.getId().getName());
						assertThat(meter.getId().getTag("wal")).as(meter.getId().getName()).isEqualTo("writeAheadLog");
						assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank();
					}
				}
				assertThat(actual).isEqualTo(documentedNames());
			});
	}

	@Test
	@Tag("R96")
	@Tag("R97")
	void metersFollowTheLog() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(WalCheckpointSource.class, () -> () -> Lsn.of(12))
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				for (int i = 0; i < 20; i++) {
					wal.append(new byte[1000]);
				}
				wal.appendAll(WalBatch.of(List.of(new byte[10], new byte[20])));
				context.getBean(WalCheckpointer.class).checkpoint();
				assertThat(registry.get(WalMeters.APPEND).timer().count()).isEqualTo(21);
				assertThat(registry.get(WalMeters.APPEND).timer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
				assertThat(registry.get(WalMeters.FORCE).timer().count()).isPositive();
				assertThat(registry.get(WalMeters.BATCH_RECORDS).summary().totalAmount()).isEqualTo(22);
				assertThat(registry.get(WalMeters.RECORDS).functionCounter().count()).isEqualTo(22);
				assertThat(registry.get(WalMeters.BYTES).functionCounter().count()).isEqualTo(20_030);
				assertThat(registry.get(WalMeters.BYTES_WRITTEN).functionCounter().count()).isGreaterThan(20_030);
				assertThat(registry.get(WalMeters.ROTATIONS).functionCounter().count()).isPositive();
				assertThat(registry.get(WalMeters.SEGMENTS_DELETED).functionCounter().count()).isPositive();
				assertThat(registry.get(WalMeters.FAILURES).functionCounter().count()).isZero();
				assertThat(registry.get(WalMeters.REJECTIONS).functionCounter().count()).isZero();
				assertThat(registry.get(WalMeters.CHECKPOINT_FAILURES).functionCounter().count()).isZero();
				assertThat(gauge(registry, WalMeters.LSN_LAST)).isEqualTo(22);
				assertThat(gauge(registry, WalMeters.LSN_DURABLE)).isEqualTo(22);
				assertThat(gauge(registry, WalMeters.LSN_CHECKPOINT)).isEqualTo(12);
				assertThat(gauge(registry, WalMeters.DURABLE_GAP)).isZero();
				assertThat(gauge(registry, WalMeters.CHECKPOINT_LAG)).isEqualTo(10);
				assertThat(gauge(registry, WalMeters.SEGMENTS)).isEqualTo(wal.segmentCount());
				assertThat(gauge(registry, WalMeters.SIZE)).isEqualTo((double) wal.sizeOnDisk());
				assertThat(gauge(registry, WalMeters.DISK_USABLE)).isPositive();
				assertThat(gauge(registry, WalMeters.READERS)).isZero();
				assertThat(registry.get(WalMeters.CHECKPOINT_AGE).timeGauge().value(TimeUnit.SECONDS)).isBetween(0.0,
						60.0);
				assertThat(registry.get(WalMeters.RECOVERY_DURATION).timeGauge().value(TimeUnit.SECONDS)).isPositive();
				assertThat(gauge(registry, WalMeters.RECOVERY_RECORDS)).isZero();
				assertThat(gauge(registry, WalMeters.RECOVERY_TORN)).isZero();
				assertThat(gauge(registry, WalMeters.RECOVERY_DAMAGE)).isZero();
				for (WalState state : WalState.values()) {
					assertThat(registry.get(WalMeters.STATE)
						.tag(WalMeters.TAG_STATE, state.name().toLowerCase(java.util.Locale.ROOT))
						.gauge()
						.value()).isEqualTo((state == WalState.OPEN) ? 1 : 0);
				}
			});
	}

	@Test
	@Tag("R41")
	@Tag("R97")
	void theGapBetweenLastAndDurableLsnIsAGauge() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("wal.sync.mode=none", "wal.segment-size=1MB")
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				wal.append(new byte[10], SyncPolicy.none());
				wal.append(new byte[10], SyncPolicy.none());
				assertThat(gauge(registry, WalMeters.DURABLE_GAP)).isEqualTo(2);
				assertThat(registry.get(WalMeters.OLDEST_UNSYNCED).timeGauge().value(TimeUnit.SECONDS)).isPositive();
				wal.sync();
				assertThat(gauge(registry, WalMeters.DURABLE_GAP)).isZero();
				assertThat(registry.get(WalMeters.OLDEST_UNSYNCED).timeGauge().value(TimeUnit.SECONDS)).isZero();
			});
	}

	@Test
	@Tag("R94")
	@Tag("R97")
	void aListenerThatLagsShows() {
		CountDownLatch broken = new CountDownLatch(1);
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(WalRecordListener.class, () -> (record) -> {
				if (broken.getCount() > 0) {
					throw new IllegalStateException("not now");
				}
			})
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				LocalWriteAheadLog wal = context.getBean(LocalWriteAheadLog.class);
				wal.append(new byte[1]);
				wal.append(new byte[1]);
				await().until(() -> registry.get(WalMeters.LISTENER_FAILURES).functionCounter().count() > 0);
				assertThat(gauge(registry, WalMeters.LISTENER_LAG)).isEqualTo(2);
				broken.countDown();
				await().until(() -> gauge(registry, WalMeters.LISTENER_LAG) == 0);
			});
	}

	@Test
	@Tag("R97")
	void aScrapeOfALogThatIsNotOpenOpensNothing() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			context.stop();
			registry.getMeters().forEach((meter) -> meter.measure().forEach((measurement) -> measurement.getValue()));
			assertThat(context.getBean(LocalWriteAheadLog.class).status().state()).isEqualTo(WalState.CLOSED);
			assertThat(gauge(registry, WalMeters.RECOVERY_RECORDS)).isZero();
		});
	}

	@Test
	void theRegistryMayBeCreatedBeforeTheLogOrAfterIt() {
		this.runner.withUserConfiguration(RegistryFirst.class).run(this::assertTimed);
		this.runner.withUserConfiguration(LogFirst.class).run(this::assertTimed);
		this.runner.withUserConfiguration(RegistryFromLog.class).run(this::assertTimed);
	}

	private void assertTimed(org.springframework.boot.test.context.assertj.AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		long before = registry.get(WalMeters.APPEND).timer().count();
		context.getBean(LocalWriteAheadLog.class).append(new byte[1]);
		assertThat(registry.get(WalMeters.APPEND).timer().count()).isEqualTo(before + 1);
	}

	@Test
	void aLogOfTheUsersHasGaugesByTheNameOfItsBean() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("orders", LocalWriteAheadLog.class, () -> WriteAheadLog.temporary().open())
			.run((context) -> {
				assertThat(context).doesNotHaveBean(WalMeterObserver.class).hasSingleBean(WalMetrics.class);
				assertThat(context.getBean(MeterRegistry.class)
					.get(WalMeters.LSN_LAST)
					.tag("wal", "orders")
					.gauge()
					.value()).isZero();
			});
	}

	@Test
	void backsOffToTheUsersOwn() {
		WalMetrics own = new WalMetrics(java.util.Map.of(), null, null, null);
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(WalMetrics.class, () -> own)
			.run((context) -> assertThat(context).getBean(WalMetrics.class).isSameAs(own));
	}

	@Test
	void isAbsentWithoutARegistry() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalMetricsAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(WalMetrics.class)
				.doesNotHaveBean(WalMeterObserver.class));
	}

	private static double gauge(MeterRegistry registry, String name) {
		return registry.get(name).gauge().value();
	}

	private static Set<String> documentedNames() throws IllegalAccessException {
		Set<String> names = new TreeSet<>();
		for (Field field : WalMeters.class.getFields()) {
			if (Modifier.isStatic(field.getModifiers()) && !field.getName().startsWith("TAG_")) {
				names.add((String) field.get(null));
			}
		}
		return names;
	}

	private static void dependsOn(BeanDefinition definition, String other) {
		definition.setDependsOn(other);
	}

	@Configuration(proxyBeanMethods = false)
	static class RegistryFirst {

		@Bean
		static org.springframework.beans.factory.config.BeanFactoryPostProcessor order() {
			return (beanFactory) -> dependsOn(beanFactory.getBeanDefinition("writeAheadLog"), "registry");
		}

		@Bean
		MeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LogFirst {

		@Bean
		static org.springframework.beans.factory.config.BeanFactoryPostProcessor order() {
			return (beanFactory) -> dependsOn(beanFactory.getBeanDefinition("registry"), "writeAheadLog");
		}

		@Bean
		MeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RegistryFromLog {

		@Bean
		MeterRegistry registry(LocalWriteAheadLog wal) {
			wal.append(new byte[1]);
			return new SimpleMeterRegistry();
		}

	}

}
