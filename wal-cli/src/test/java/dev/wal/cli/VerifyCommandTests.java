// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Path;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal verify}.
 */
@Tag("R100")
class VerifyCommandTests {

	@TempDir
	Path temp;

	@Test
	@Tag("R100")
	@Tag("D30")
	void anIntactLogIsSaidToBeSo() {
		Path log = Logs.create(this.temp.resolve("log"));
		Cli.Result result = Cli.look(log, "verify", log);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("wal-00000000000000000002.log  LSN 11 to 20", "10 records  ok",
				"INTACT: 30 records can be read, LSN 1 to 30.");
		assertThat(result.err()).isEmpty();
	}

	@Test
	@Tag("R100")
	@Tag("D30")
	void damageIsToldWithSegmentOffsetAndLsns() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		int offset = Logs.damage(Logs.segment(log, 2), 14);
		Cli.Result result = Cli.look(log, "verify", log);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("DAMAGED in 1 place; 29 records can be read:",
				"wal-00000000000000000002.log at offset " + offset + " (", "LSN 14 is lost");
	}

	@Test
	@Tag("R100")
	@Tag("D30")
	void aGapThatARepairLeftIsNamed() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Logs.damage(Logs.segment(log, 2), 14);
		assertThat(Cli.run("repair", "--yes", log).code()).isZero();
		Cli.Result result = Cli.look(log, "verify", log);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("INTACT: 29 records can be read",
				"GAP: LSN 14 is missing; a corruption policy or a repair gave up 1 LSN.");
		assertThat(Cli.look(log, "verify", "--json", log).out())
			.contains("\"gaps\":[{\"firstLsn\":14,\"lastLsn\":14}]");
	}

	@Test
	@Tag("R100")
	@Tag("D30")
	void aGapThatAPolicyLeftIsNamed() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Logs.damage(Logs.segment(log, 2), 14);
		try (LocalWriteAheadLog wal = Logs.builder(log).corruptionPolicy(CorruptionPolicy.TRUNCATE).open()) {
			wal.append(Logs.payload(31));
		}
		Cli.Result result = Cli.look(log, "verify", log);
		assertThat(result.code()).isZero();
		assertThat(result.out())
			.contains("GAP: LSN 14 to 30 are missing; a corruption policy or a repair gave up 17 LSNs.");
	}

	@Test
	@Tag("R100")
	@Tag("R61")
	@Tag("D30")
	void aTornTailIsToldAndNotRemoved() throws IOException {
		Path log = this.temp.resolve("log");
		Path crashed;
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append(Logs.payload(1));
			wal.append(Logs.payload(2));
			crashed = Logs.copy(log, this.temp.resolve("crashed"));
		}
		Logs.cut(Logs.segment(crashed, 1), 9);
		Cli.Result result = Cli.look(crashed, "verify", crashed);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("TORN: wal-00000000000000000001.log ends at offset ",
				"nothing shows that it was acknowledged", "continues with LSN 2; 1 record can be read");
	}

	@Test
	@Tag("R100")
	void jsonHasTheSameVerdict() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		int offset = Logs.damage(Logs.segment(log, 2), 14);
		Cli.Result result = Cli.look(log, "verify", "--json", log);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out().strip().lines()).hasSize(1);
		JsonNode json = new JsonMapper().readTree(result.out());
		assertThat(json.get("verdict").asString()).isEqualTo("damaged");
		assertThat(json.get("records").asLong()).isEqualTo(29);
		assertThat(json.get("lastLsn").asLong()).isEqualTo(13);
		assertThat(json.get("segments")).hasSize(3);
		assertThat(json.get("segments").get(0).get("problem").isNull()).isTrue();
		JsonNode damage = json.get("damage").get(0);
		assertThat(damage.get("file").asString()).isEqualTo("wal-00000000000000000002.log");
		assertThat(damage.get("offset").asInt()).isEqualTo(offset);
		assertThat(damage.get("firstLsn").asLong()).isEqualTo(14);
		assertThat(damage.get("lastLsn").asLong()).isEqualTo(14);
		assertThat(json.get("tail").get("kind").asString()).isEqualTo("CLEAN");
	}

	@Test
	@Tag("R100")
	void jsonOfAnIntactLogSaysSo() {
		Path log = Logs.create(this.temp.resolve("log"));
		Cli.Result result = Cli.look(log, "verify", log, "--json");
		assertThat(result.code()).isZero();
		assertThat(new JsonMapper().readTree(result.out()).get("verdict").asString()).isEqualTo("intact");
	}

	@Test
	@Tag("R100")
	@Tag("D33")
	void aLiveLogIsVerifiedBesideItsWriter() {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append(Logs.payload(1));
			Logs.awaitPrepared(log, 2);
			Cli.Result result = Cli.look(log, "verify", log);
			assertThat(result.code()).isZero();
			assertThat(result.out()).contains("1 record can be read");
			wal.append(Logs.payload(2));
		}
		assertThat(Cli.run("verify", log).out()).contains("INTACT: 2 records");
	}

	@Test
	@Tag("R100")
	void coloursAreForTerminalsAlone() {
		Path log = Logs.create(this.temp.resolve("log"));
		assertThat(Cli.run("verify", log).out()).doesNotContain("\u001B");
		assertThat(Cli.run(Ansi.ON, "verify", log).out()).contains("\u001B[1m\u001B[32mINTACT");
	}

}
