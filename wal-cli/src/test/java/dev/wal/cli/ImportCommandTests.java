// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal import}.
 */
@Tag("R88")
class ImportCommandTests {

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
		assertThat(result.err().lines()).singleElement().asString().contains("is damaged");
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

	@Test
	@Tag("R88")
	void whatIsNoOlderLogIsRefused() {
		Path log = Logs.create(target());
		Cli.Result result = Cli.look(log, "import", log, this.temp.resolve("other"));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("has no files with the names of an older log");
		assertThat(Cli.run("import", Cli.golden("xerv/multi")).err()).contains("Name the directory of the new log");
	}

}
