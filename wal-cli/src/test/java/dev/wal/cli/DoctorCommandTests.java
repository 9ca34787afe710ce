// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal doctor}.
 */
@Tag("R100")
class DoctorCommandTests {

	@TempDir
	Path temp;

	@Test
	@Timeout(60)
	void theReportIsPrintedWithItsVerdict() {
		Cli.Result result = Cli.run("doctor", this.temp);
		assertThat(result.code()).isBetween(0, 1);
		assertThat(result.out()).contains("file system", "device", "growing file, force(true)", "what the log does",
				"O_DSYNC", "nothing written", "TRUSTED");
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	void aMissingDirectoryIsRefused() {
		Cli.Result result = Cli.run("doctor", this.temp.resolve("none"));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("does not exist");
	}

}
