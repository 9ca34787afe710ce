// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.docs.Application;
import dev.wal.spring.checkpoint.WalCheckpointer;
import dev.wal.spring.replay.WalReplayHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the beans that apply records to a store.
 */
class ReplayTests {

	@TempDir
	Path directory;

	@Test
	void everyInvoiceReachesTheStoreOnceAndInOrder() {
		Table.rows.clear();
		try (ConfigurableApplicationContext context = start()) {
			Invoices invoices = context.getBean(Invoices.class);
			invoices.send(new byte[] { 1 });
			invoices.send(new byte[] { 2 });
			await().atMost(Duration.ofSeconds(30)).until(() -> Table.rows.size() == 2);
			assertThat(context.getBean(WalCheckpointer.class).checkpoint().checkpointLsn()).isEqualTo(Lsn.of(2));
			invoices.send(new byte[] { 3 });
			await().atMost(Duration.ofSeconds(30)).until(() -> Table.rows.size() == 3);
		}
		// As if the process had died between the append and the save.
		Table.rows.remove(3L);
		try (ConfigurableApplicationContext context = start()) {
			assertThat(Table.rows).hasSize(3);
		}
	}

	private ConfigurableApplicationContext start() {
		return Application.start(this.directory, List.of(Invoices.class, Table.class));
	}

	@Test
	void skippedRecordIsPutAside() {
		List<Class<?>> beans = List.of(DeadLetters.class, Broken.class);
		String[] args = { "--wal.replay.on-error=skip", "--dead-letters.directory=" + this.directory.resolve("aside") };
		try (ConfigurableApplicationContext context = Application.start(this.directory.resolve("wal"), beans, args)) {
			context.getBean(WriteAheadLog.class).append(new byte[] { 7 });
		}
		Application.start(this.directory.resolve("wal"), beans, args).close();
		assertThat(this.directory.resolve("aside/1.bin")).hasBinaryContent(new byte[] { 7 });
	}

	static class Table implements Invoices.InvoiceStore {

		static final Map<Long, byte[]> rows = new ConcurrentSkipListMap<>();

		@Override
		public void save(long lsn, byte[] invoice) {
			assertThat(rows.putIfAbsent(lsn, invoice)).isNull();
		}

		@Override
		public long lastLsn() {
			return rows.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
		}

	}

	static class Broken implements WalReplayHandler {

		@Override
		public void onRecord(WalRecord record) {
			throw new IllegalStateException("cannot be applied");
		}

	}

}
