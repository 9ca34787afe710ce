// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.types;

import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.docs.Application;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.message.WalMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the types that the documentation changes.
 */
class TypesTests {

	@TempDir
	Path directory;

	@Test
	void anOrderOfTheReleaseBeforeIsRead() {
		String before = "--wal.types.packages=dev.wal.before";
		try (ConfigurableApplicationContext context = Application.start(this.directory, List.of(), before)) {
			context.getBean(WalTemplate.class).append(new dev.wal.before.OrderPlaced("17", 995));
		}
		try (ConfigurableApplicationContext context = start()) {
			context.getBean(Orders.class).place(new OrderPlaced("18", 5, "USD"), "north");
		}
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(Orders.class).all())
				.isEqualTo(Map.of("17", new OrderPlaced("17", 995, "EUR"), "18", new OrderPlaced("18", 5, "USD")));
		}
	}

	@Test
	void aClassThatCannotBeAnnotatedHasANameToo() {
		try (ConfigurableApplicationContext context = start()) {
			WalTemplate wal = context.getBean(WalTemplate.class);
			wal.append(YearMonth.of(2026, 11));
			wal.append(WalMessage.of(new byte[] { 1, 2 }).type("thumbnail").key("17"));
			try (Stream<WalMessage<?>> messages = wal.read(Lsn.FIRST)) {
				assertThat(messages.map(WalMessage::type)).containsExactly("month-closed", "thumbnail");
			}
		}
	}

	private ConfigurableApplicationContext start() {
		return Application.start(this.directory, List.of(Orders.class, OrderCurrency.class, ForeignTypes.class));
	}

}
