// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

import dev.wal.trace.TraceRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal import}.
 */
@Tag("R88")
class ImportCommandTests {

	private static final UUID TRACE = new UUID(1, 1);

	@TempDir
	Path temp;

	private Path target() {
		return this.temp.resolve("target");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "xerv/multi", "walogs/mid-flip-completed-segment", "wavekv/node_1.wal", "allsource/rotated" })
	@Tag("R88")
	@Tag("D30")
	void theLayoutIsToldByTheNamesAndTheSourceStaysAsItIs(String name) {
		Path source = Cli.golden(name);
		Cli.Result result = Cli.look(source, "import", "--on-damage=skip", source, target());
		assertThat(result.out()).startsWith(name.substring(0, name.indexOf('/')) + " log, layout version ")
			.contains("Imported as LSN 1 to ");
		assertThat(result.code()).isEqualTo(name.contains("flip") ? 1 : 0);
		assertThat(Cli.run("verify", target()).code()).isZero();
	}

	@Test
	@Tag("R88")
	@Tag("D30")
	void damageIsReportedAndNothingIsImported() {
		Path source = Cli.golden("walogs/mid-flip-completed-segment");
		Cli.Result result = Cli.look(source, "import", source, target());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("DAMAGE at offset ");
		assertThat(result.err()).isEqualTo("The walogs log in " + source
				+ " is damaged: wal-000002.log at offset 0 (60 bytes): the entry does not match its checksum."
				+ " Nothing was imported. Add --on-damage=truncate to import the records before the damage, or"
				+ " --on-damage=skip to import every record that can be read." + System.lineSeparator());
		assertThat(target()).doesNotExist();
	}

	@Test
	@Tag("R88")
	@Tag("D30")
	void checkImportsNothing() {
		Path source = Cli.golden("xerv/torn-tail");
		Cli.Result result = Cli.look(source, "import", "--check", source);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("torn tail at offset ");
	}

	@Test
	@Tag("R88")
	void aTargetThatHasRecordsIsRefused() {
		Path log = Logs.create(target());
		Cli.Result result = Cli.run("import", Cli.golden("xerv/multi"), log);
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("nothing was ever appended");
		assertThat(Cli.run("dump", log).out().lines()).hasSize(30);
	}

	/**
	 * The names of the options, not of what stands behind them.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "--on-damage=all | 'all' is not one of fail, truncate, skip",
					"--layout=kafka | 'kafka' is not one of xerv, walogs, wavekv, allsource" })
	void anUnknownValueIsRefusedWithThoseThereAre(String option, String message) {
		Cli.Result result = Cli.run("import", option, Cli.golden("xerv/multi"), target());
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err().lines().findFirst().orElseThrow()).endsWith(message).doesNotContain("FAIL", "XERV");
	}

	@Test
	void filesOfTwoVersionsAreRefusedForThatReason() {
		Cli.Result result = Cli.run("import", Cli.golden("walogs/v1-and-v2"), target());
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("there is wal.log of version 1 and wal-000001.log of version 2");
	}

	@Test
	void filesOfTwoLayoutsAskForAChoice() throws IOException {
		Path source = Files.createDirectory(this.temp.resolve("both"));
		Files.copy(Cli.golden("wavekv/node_1.wal"), source.resolve("node_1.wal"));
		Files.copy(Cli.golden("walogs/single/wal-000001.log"), source.resolve("wal-000001.log"));
		assertThat(Cli.run("import", source, target()).err())
			.contains("has files of several older logs: [walogs, wavekv]. Choose one with --layout.");
		assertThat(Cli.run("import", "--layout=walogs", source, target()).out()).contains("7 records");
	}

	@Test
	void largerRecordsAreImportedIfAllowed() throws IOException {
		Path source = Files.createDirectory(this.temp.resolve("large"));
		byte[] large = TraceRecord.nodeError(TRACE, 1, "x".repeat(17 << 20), Instant.EPOCH).encode();
		Files.write(source.resolve("wal_0000000000000000.log"), large);
		assertThat(Cli.run("import", "--check", source).out()).contains("is not between 69 and the limit of 16777216");
		Cli.Result result = Cli.run("import", "--max-record-size=20000000", source, target());
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("1 record,");
	}

	@Test
	@Tag("R88")
	void whatIsNoOlderLogIsRefused() {
		Path log = Logs.create(target());
		Cli.Result result = Cli.look(log, "import", log, this.temp.resolve("other"));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("has no files with the names of an older log");
		assertThat(Cli.run("import", this.temp.resolve("none")).err()).contains("none does not exist.");
		assertThat(Cli.run("import", Cli.golden("xerv/multi")).err()).contains("Name the directory of the new log");
	}

}
