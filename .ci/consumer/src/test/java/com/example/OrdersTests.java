// SPDX-License-Identifier: Apache-2.0
package com.example;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the class in the README does what the README says of it.
 */
class OrdersTests {

	@TempDir
	private Path directory;

	@Test
	void ordersSurviveAKill() throws Exception {
		Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), PlaceAndHalt.class.getName(), option())
			.redirectErrorStream(true)
			.redirectOutput(Path.of("target", "killed.log").toFile())
			.start();
		assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assertThat(child.exitValue()).isEqualTo(PlaceAndHalt.STATUS);
		try (ConfigurableApplicationContext context = SpringApplication.run(Application.class, option())) {
			assertThat(context.getBean(Orders.class).all()).containsValue("paper tape");
		}
	}

	private String option() {
		return "--wal.directory=" + this.directory;
	}

}
