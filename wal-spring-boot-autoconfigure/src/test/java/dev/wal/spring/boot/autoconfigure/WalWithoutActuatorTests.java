// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Path;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the log works where there is neither Actuator nor Micrometer. Run with a
 * class path of its own, on which they are missing.
 */
@Tag("no-actuator")
class WalWithoutActuatorTests {

	@TempDir
	Path temp;

	@Test
	void theLogNeedsNeitherActuatorNorMicrometer() {
		assertThat(ClassUtils.isPresent("org.springframework.boot.actuate.endpoint.annotation.Endpoint", null))
			.isFalse();
		assertThat(ClassUtils.isPresent("org.springframework.boot.health.contributor.HealthIndicator", null)).isFalse();
		assertThat(ClassUtils.isPresent("io.micrometer.core.instrument.MeterRegistry", null)).isFalse();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("wal.directory=" + this.temp.resolve("wal"))
			.run()) {
			assertThat(context.getBean(WriteAheadLog.class).append(new byte[1])).isEqualTo(Lsn.FIRST);
			// By name: the classes themselves cannot be loaded here.
			assertThat(context.getBeanDefinitionNames()).contains(WalAutoConfiguration.class.getName())
				.noneMatch((name) -> name.contains("WalEndpoint") || name.contains("WalHealth")
						|| name.contains("WalMetrics"));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
