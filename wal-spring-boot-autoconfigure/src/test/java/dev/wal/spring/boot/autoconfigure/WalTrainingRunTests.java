// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a training run for an AOT cache creates beans, but no file.
 */
class WalTrainingRunTests {

	@TempDir
	Path temp;

	@Test
	void aTrainingRunCreatesNoFile() throws Exception {
		Path directory = this.temp.resolve("wal");
		Path output = this.temp.resolve("output.txt");
		// Exits the JVM, therefore one of its own.
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Dspring.context.exit=onRefresh",
				"-Dspring.main.web-application-type=none", "-Dwal.directory=" + directory, Application.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
		assertThat(output).content().contains("the log was created").doesNotContain("APPLICATION FAILED");
		assertThat(process.exitValue()).isZero();
		assertThat(Files.exists(directory)).isFalse();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(WalAutoConfiguration.class)
	static class Application {

		public static void main(String[] args) {
			SpringApplication.run(Application.class, args);
		}

		@Bean
		String marker(WriteAheadLog wal) {
			org.slf4j.LoggerFactory.getLogger(Application.class).info("the log was created: {}", wal.status().state());
			return "";
		}

	}

}
