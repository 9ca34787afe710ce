// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;

import dev.wal.WriteAheadLog;
import dev.wal.spring.boot.health.WalHealthIndicator;
import dev.wal.spring.replay.WalReplayHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WalHealthContributorAutoConfiguration}.
 */
class WalHealthContributorAutoConfigurationTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(WalHealthContributorAutoConfiguration.class, WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"));
	}

	@Test
	@Tag("R98")
	void healthFollowsTheReplay() {
		this.runner.withBean(WalReplayHandler.class, () -> (record) -> {
		}).run((context) -> {
			assertThat(context).hasSingleBean(HealthContributor.class).hasBean("walHealthContributor");
			WalHealthIndicator indicator = context.getBean(WalHealthIndicator.class);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			context.getBean(WalReplayRunner.class).run(null);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			assertThat(indicator.health().getDetails()).containsEntry("tail", dev.wal.TailState.Kind.CLEAN);
			context.stop();
			assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
			context.start();
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	@Tag("property:management.health.wal.enabled")
	void isAbsentWhenDisabled() {
		this.runner.withPropertyValues("management.health.wal.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(HealthContributor.class));
	}

	@Test
	void isAbsentWithoutALog() {
		this.runner.withPropertyValues("wal.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(HealthContributor.class));
	}

	@Test
	void backsOffToTheUsersOwn() {
		this.runner.withBean("walHealthIndicator", HealthIndicator.class, () -> () -> null)
			.run((context) -> assertThat(context).hasSingleBean(HealthContributor.class)
				.doesNotHaveBean(WalHealthIndicator.class));
	}

	@Test
	void severalLogsMakeOneContributor() {
		this.runner.withUserConfiguration(TwoLogs.class)
			.run((context) -> assertThat(context).getBean(HealthContributor.class)
				.isInstanceOfSatisfying(CompositeHealthContributor.class,
						(composite) -> assertThat(composite.stream()).hasSize(2)));
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoLogs {

		@Bean
		WriteAheadLog firstLog() {
			return WriteAheadLog.temporary().open();
		}

		@Bean
		WriteAheadLog secondLog() {
			return WriteAheadLog.temporary().open();
		}

	}

}
