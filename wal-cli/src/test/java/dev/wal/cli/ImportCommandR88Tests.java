package dev.wal.cli;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal import}.
 */
class ImportCommandR88Tests {

	@TempDir
	Path temp;

	private Path target() {
		return this.temp.resolve("target");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "xerv/multi", "walogs/mid-flip-completed-segment", "wavekv/node_1.wal", "allsource/rotated" })
	void theLayoutIsToldByTheNamesAndTheSourceStaysAsItIsR88D30(String name) {
		Path source = Cli.golden(name);
		Cli.Result result = Cli.look(source, "import", "--on-damage=skip", source, target());
		assertThat(result.out()).startsWith(name.substring(0, name.indexOf('/')) + " log, layout version ")
			.contains("Imported as LSN 1 to ");
		assertThat(result.code()).isEqualTo(name.contains("flip") ? 1 : 0);
		assertThat(Cli.run("verify", target()).code()).isZero();
	}

	@Test
	void damageIsReportedAndNothingIsImportedR88D30() {
		Path source = Cli.golden("walogs/mid-flip-completed-segment");
		Cli.Result result = Cli.look(source, "import", source, target());
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("DAMAGE at offset ");
		assertThat(result.err().lines()).singleElement().asString().contains("is damaged");
		assertThat(target()).doesNotExist();
	}

	@Test
	void checkImportsNothingR88D30() {
		Path source = Cli.golden("xerv/torn-tail");
		Cli.Result result = Cli.look(source, "import", "--check", source);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("torn tail at offset ");
	}

	@Test
	void aTargetThatHasRecordsIsRefusedR88() {
		Path log = Logs.create(target());
		Cli.Result result = Cli.run("import", Cli.golden("xerv/multi"), log);
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("nothing was ever appended");
		assertThat(Cli.run("dump", log).out().lines()).hasSize(30);
	}

	@Test
	void whatIsNoOlderLogIsRefusedR88() {
		Path log = Logs.create(target());
		Cli.Result result = Cli.look(log, "import", log, this.temp.resolve("other"));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("has no files with the names of an older log");
		assertThat(Cli.run("import", Cli.golden("xerv/multi")).err()).contains("Name the directory of the new log");
	}

}
