// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal tail}.
 */
@Timeout(60)
@Tag("R81")
class TailCommandTests {

	@TempDir
	Path temp;

	private static List<Long> lsns(String out) {
		return out.lines().map((line) -> Long.valueOf(line.substring(0, line.indexOf(' ')))).toList();
	}

	@Test
	@Tag("R81")
	@Tag("D30")
	void showsTheLastRecords() {
		Path log = Logs.create(this.temp.resolve("log"));
		assertThat(lsns(Cli.look(log, "tail", log).out()))
			.isEqualTo(java.util.stream.LongStream.rangeClosed(21, 30).boxed().toList());
		assertThat(lsns(Cli.look(log, "tail", "-n", 2, log).out())).containsExactly(29L, 30L);
		assertThat(lsns(Cli.look(log, "tail", "-n1000", log).out())).hasSize(30);
		assertThat(Cli.look(log, "tail", "-n1", "--payload=text", log).out()).contains("{\"order\": 30}");
	}

	@Test
	@Tag("R81")
	void anEmptyLogHasNoTail() throws Exception {
		Path log = Files.createDirectory(this.temp.resolve("log"));
		assertThat(Cli.look(log, "tail", log).out()).isEmpty();
	}

	@Test
	@Tag("R81")
	@Tag("D27")
	void followsALiveWriterAcrossSegmentsWithoutGapOrDuplicate() throws Exception {
		Path log = this.temp.resolve("log");
		StringWriter out = new StringWriter();
		AtomicInteger code = new AtomicInteger(-1);
		try (LocalWriteAheadLog wal = Logs.builder(log).preallocate(true).open()) {
			wal.append(Logs.payload(1));
			Thread tail = new Thread(() -> code
				.set(Cli.line(out, new StringWriter(), Help.Ansi.OFF).execute("tail", "-n1000", "-f", log.toString())));
			tail.start();
			for (int i = 2; i <= 300; i++) {
				wal.append(Logs.payload(i));
				if (i % 100 == 0) {
					long last = i;
					Awaitility.await().until(() -> out.toString().contains("\n" + last + " "));
					wal.checkpoint(Lsn.of(i));
				}
			}
			assertThat(lsns(out.toString()))
				.isEqualTo(java.util.stream.LongStream.rangeClosed(1, 300).boxed().toList());
			tail.interrupt();
			tail.join();
		}
		assertThat(code).hasValue(0);
	}

}
