// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the program with a workflow in plain Java.
 */
@Timeout(60)
class TraceExampleTests {

	@Test
	void secondRunContinuesWhereTheFirstDied(@TempDir Path directory) throws Exception {
		assertThat(run(directory.toString(), "crash")).contains("reserve", "charge").doesNotContain("ship");
		assertThat(Output.of(() -> TraceExample.main(new String[] { directory.toString() }))).isEqualTo("""
				found order 17: RetryNodes[nodes=[2]]
				charge
				ship
				1 recovered, 0 open
				""");
	}

	private static String run(String... arguments) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), TraceExample.class.getName(), arguments[0], arguments[1])
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor()).isEqualTo(137);
			return output;
		}
		finally {
			process.destroyForcibly();
		}
	}

}
