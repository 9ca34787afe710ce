// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs one workload of each kind for a moment: no figure means anything, but there has to
 * be one.
 */
class BenchmarksTests {

	@TempDir
	private Path directory;

	@Test
	void everyRowHasAFigure() throws Exception {
		Path output = this.directory.resolve("out");
		Settings settings = settings(output,
				List.of("append-1", "append-64", "interval", "replay", "open", "growth", "types-1"));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		ByteArrayOutputStream err = new ByteArrayOutputStream();

		Benchmarks.run(settings, print(out), print(err), false);

		JsonNode results = JsonMapper.shared().readTree(Files.readString(output.resolve("results.json")));
		// Not every file system does direct I/O.
		assertThat(results.get("failures").propertyNames()).isSubsetOf("append-1/floor-direct");
		assertThat(results.get("rows").size()).isEqualTo(23);
		for (JsonNode row : results.get("rows")) {
			// Not every file system is on a device that counts.
			if (!row.get("work").asString().contains("device counter")) {
				assertThat(row.get("met").asString()).as(row.toString()).isNotEqualTo("n/a");
			}
		}
		assertThat(text(out)).contains("64 threads, durable").contains(">= 0.95");
		assertThat(text(err)).contains("left: append-1");
		try (Stream<Path> left = Files.list(this.directory)) {
			assertThat(left).as("nothing but the results is left").containsExactly(output);
		}
	}

	@Test
	void aWorkloadThatThereIsNotIsNamed() {
		ByteArrayOutputStream err = new ByteArrayOutputStream();
		CommandLine line = new CommandLine(new Benchmarks())
			.setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8));

		int code = line.execute("--only=append-2", "--dir=" + this.directory, "--out=" + this.directory);

		assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(text(err)).contains("append-2").contains("append-1");
	}

	private Settings settings(Path output, List<String> only) {
		return new Settings(this.directory, output, 1, Duration.ofMillis(5), Duration.ofMillis(20), false, only,
				Settings.MIB, Settings.MIB, 1000, Settings.MIB, List.of(Settings.MIB, 2 * Settings.MIB));
	}

	private static PrintStream print(ByteArrayOutputStream bytes) {
		return new PrintStream(bytes, true, StandardCharsets.UTF_8);
	}

	private static String text(ByteArrayOutputStream bytes) {
		return bytes.toString(StandardCharsets.UTF_8);
	}

}
