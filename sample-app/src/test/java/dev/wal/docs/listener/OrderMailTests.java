// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.listener;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.wal.WriteAheadLog;
import dev.wal.docs.Application;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the bean that listens.
 */
class OrderMailTests {

	@Test
	void mailIsSentForEachRecord(@TempDir Path directory) {
		try (ConfigurableApplicationContext context = Application.start(directory, List.of(OrderMail.class))) {
			context.getBean(WriteAheadLog.class).append("paper tape".getBytes(StandardCharsets.UTF_8));
			OrderMail mail = context.getBean(OrderMail.class);
			await().atMost(Duration.ofSeconds(30)).until(() -> !mail.sent().isEmpty());
			assertThat(mail.sent()).containsExactly("order 1: paper tape");
		}
	}

}
