// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.readme;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.docs.Application;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the class in the README.
 */
class OrdersTests {

	@TempDir
	Path directory;

	@Test
	void ordersAreBackAfterARestart() {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(Orders.class).place("paper tape")).isEqualTo(Lsn.FIRST);
		}
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(Orders.class).all()).containsOnly(Map.entry(Lsn.FIRST, "paper tape"));
		}
	}

	private ConfigurableApplicationContext start() {
		return Application.start(this.directory, List.of(Orders.class));
	}

}
