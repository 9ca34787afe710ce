// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;

import dev.wal.LocalWriteAheadLog;
import dev.wal.message.MessageEnvelope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal dump}.
 */
@Tag("R74")
class DumpCommandTests {

	@TempDir
	Path temp;

	@Test
	@Tag("R74")
	@Tag("R104")
	@Tag("D30")
	void showsEveryRecordAndNoPayload() {
		Path log = Logs.create(this.temp.resolve("log"));
		Cli.Result result = Cli.look(log, "dump", log);
		assertThat(result.code()).isZero();
		assertThat(result.out().lines()).hasSize(30)
			.startsWith("1  2026-11-20T10:00:00Z  type 0  12 bytes", "2  2026-11-20T10:00:00Z  type 7  12 bytes");
		assertThat(result.out()).doesNotContain("order");
	}

	@ParameterizedTest
	@CsvSource({ "text, 2  2026-11-20T10:00:00Z  type 7  12 bytes  {\"order\": 2}",
			"hex, 2  2026-11-20T10:00:00Z  type 7  12 bytes  7b226f72646572223a20327d",
			"json, 2  2026-11-20T10:00:00Z  type 7  12 bytes  {\"order\":2}",
			"none, 2  2026-11-20T10:00:00Z  type 7  12 bytes" })
	@Tag("R74")
	void showsPayloadsInTheWayThatIsAskedFor(String payload, String line) {
		Path log = Logs.create(this.temp.resolve("log"));
		Cli.Result result = Cli.look(log, "dump", log, "--from=2", "--limit=1", "--payload=" + payload);
		assertThat(result.out().lines()).containsExactly(line);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "--from=28|28,29,30", "--to=2|1,2", "--from=10 --to=11|10,11", "--type=7 --limit=2|2,4",
					"--type=0,7 --limit=3|1,2,3", "--from=31|''", "--type=9|''" })
	@Tag("R75")
	void filters(String options, String lsns) {
		Path log = Logs.create(this.temp.resolve("log"));
		Object[] arguments = (options + " dump").split(" ");
		Object[] all = new Object[arguments.length + 1];
		all[0] = "dump";
		System.arraycopy(arguments, 0, all, 1, arguments.length - 1);
		all[all.length - 1] = log;
		assertThat(lsns(Cli.look(log, all))).isEqualTo(lsns);
	}

	private static String lsns(Cli.Result result) {
		assertThat(result.code()).isZero();
		return String.join(",", result.out().lines().map((line) -> line.substring(0, line.indexOf(' '))).toList());
	}

	@Test
	@Tag("R74")
	void filtersByTime() {
		Path log = this.temp.resolve("log");
		for (int hour = 0; hour < 3; hour++) {
			Clock clock = Clock.fixed(Logs.TIME.plus(Duration.ofHours(hour)), ZoneOffset.UTC);
			try (LocalWriteAheadLog wal = Logs.builder(log).clock(clock).open()) {
				wal.append(Logs.payload(hour));
			}
		}
		assertThat(lsns(Cli.look(log, "dump", log, "--since=2026-11-20T11:00:00Z"))).isEqualTo("2,3");
		assertThat(lsns(Cli.look(log, "dump", log, "--until", "2026-11-20T13:00:00+02:00"))).isEqualTo("1");
		assertThat(lsns(Cli.look(log, "dump", log, "--since=P30000D"))).isEqualTo("1,2,3");
		assertThat(Cli.run("dump", log, "--since=yesterday").err()).contains("such as 2026-11-21T02:00:00Z");
	}

	@Test
	@Tag("R104")
	void aPayloadCannotActOnTheTerminal() {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append("a\u001B[2J\nb\u202Ec".getBytes(StandardCharsets.UTF_8));
			wal.append("{} {}".getBytes(StandardCharsets.UTF_8));
			wal.append(new byte[0]);
		}
		Cli.Result text = Cli.look(log, "dump", log, "--payload=text");
		assertThat(text.out().lines()).hasSize(3).first().asString().endsWith("a\\u001b[2J\\nb\\u202ec");
		assertThat(Cli.look(log, "dump", log, "--payload=json").out().lines())
			.allMatch((line) -> line.endsWith("(not JSON)"));
	}

	@ParameterizedTest
	@CsvSource({ "none, ''", "json, '  {\"id\":17}'" })
	@Tag("R74")
	@Tag("R104")
	void aMessageShowsTypeVersionAndKey(String payload, String shown) {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append(MessageEnvelope.RECORD_TYPE,
					new MessageEnvelope("order.placed", 2, "order\n17", Map.of("a", "b"), MessageEnvelope.CODEC_JSON,
							ByteBuffer.wrap("{\"id\": 17}".getBytes(StandardCharsets.UTF_8)))
						.encode());
		}
		assertThat(Cli.look(log, "dump", log, "--payload=" + payload).out().lines()).singleElement()
			.isEqualTo("1  2026-11-20T10:00:00Z  type 250  41 bytes  order.placed v2  key order\\n17" + shown);
	}

	@Test
	void aMessageThatIsNoneIsSaidToBeNone() {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append(MessageEnvelope.RECORD_TYPE, new byte[] { 9, 9 });
		}
		assertThat(Cli.look(log, "dump", log).out().lines()).singleElement()
			.asString()
			.endsWith("2 bytes  (unreadable envelope)");
	}

	@Test
	@Tag("R64")
	@Tag("R79")
	@Tag("D30")
	void damageEndsTheOutputOrIsSkippedAndTold() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Logs.damage(Logs.segment(log, 2), 14);
		Cli.Result result = Cli.look(log, "dump", log);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out().lines()).hasSize(13);
		assertThat(result.err().lines()).singleElement().asString().contains("LSN 14");
		Cli.Result skipped = Cli.look(log, "dump", "--skip-damage", log);
		assertThat(skipped.code()).isEqualTo(1);
		assertThat(skipped.out().lines()).hasSize(29).noneMatch((line) -> line.startsWith("14 "));
		assertThat(skipped.err()).contains("Skipping wal-00000000000000000002.log at offset ", "LSN 14 is lost");
	}

	@Test
	@Tag("R75")
	void aPositionThatIsNoLongerThereIsRefused() {
		Path log = this.temp.resolve("log");
		Logs.create(log);
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.checkpoint(dev.wal.Lsn.of(15));
		}
		Cli.Result result = Cli.look(log, "dump", "--from=3", log);
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("LSN 3 is no longer in the log; the oldest record has LSN 11");
		assertThat(lsns(Cli.look(log, "dump", log, "--limit=1"))).isEqualTo("11");
	}

}
