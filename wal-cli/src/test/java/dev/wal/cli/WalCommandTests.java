// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what all commands have in common.
 */
class WalCommandTests {

	@TempDir
	Path temp;

	@ParameterizedTest
	@ValueSource(strings = { "inspect", "verify", "dump", "tail", "repair", "import", "trace", "doctor" })
	@Tag("R100")
	void everyCommandHasHelpWithItsExitCodes(String command) {
		Cli.Result result = Cli.run(command, "--help");
		assertThat(result.code()).isZero();
		assertThat(result.out()).startsWith("Usage: wal " + command).contains("--debug", "Exit codes:");
		assertThat(Cli.run("--help").out()).contains("  " + command);
	}

	@ParameterizedTest
	@ValueSource(strings = { "inspect", "verify", "dump", "tail", "repair", "trace" })
	@Tag("R100")
	@Tag("D30")
	void aMissingDirectoryIsOneClearLineAndStaysMissing(String command) {
		Path missing = this.temp.resolve("missing");
		Cli.Result result = Cli.run(command, missing);
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.out()).isEmpty();
		assertThat(result.err().lines()).singleElement().asString().contains(missing.toString(), "does not exist");
		assertThat(missing).doesNotExist();
	}

	@Test
	@Tag("R100")
	void aStackTraceIsPrintedOnlyWhenAskedFor() {
		Path missing = this.temp.resolve("missing");
		assertThat(Cli.run("verify", "--debug", missing).err()).contains("\tat dev.wal.");
		assertThat(Cli.run("--debug", "verify", missing).err()).contains("\tat dev.wal.");
	}

	@Test
	@Tag("R100")
	void wrongUsageIsToldFromDamage() {
		assertThat(Cli.run("verify").code()).isEqualTo(2);
		assertThat(Cli.run("verify", "--colour", this.temp).code()).isEqualTo(2);
		assertThat(Cli.run("dump", "--payload=xml", this.temp).code()).isEqualTo(2);
		assertThat(Cli.run("frobnicate").code()).isEqualTo(2);
		assertThat(Cli.run().code()).isEqualTo(2);
	}

	@Test
	@Tag("R100")
	void anOlderLogIsRefusedWithTheWayOut() throws Exception {
		Files.createFile(this.temp.resolve("wal-000001.log"));
		Cli.Result result = Cli.look(this.temp, "verify", this.temp);
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("walogs");
	}

	@Test
	@Tag("R100")
	void theVersionIsTold() {
		assertThat(Cli.run("--version").out()).startsWith("wal ");
	}

}
