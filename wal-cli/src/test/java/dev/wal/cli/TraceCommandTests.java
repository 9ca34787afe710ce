// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.util.UUID;

import dev.wal.LocalWriteAheadLog;
import dev.wal.trace.OutputLocation;
import dev.wal.trace.TraceJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal trace}.
 */
@Tag("R91")
class TraceCommandTests {

	private static final UUID DONE = new UUID(1, 1);

	private static final UUID OPEN = new UUID(2, 2);

	@TempDir
	Path temp;

	private Path log;

	@BeforeEach
	void writeTraces() {
		this.log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(this.log).open()) {
			wal.append(Logs.payload(1));
			TraceJournal journal = new TraceJournal(wal);
			journal.startTrace(DONE, null);
			journal.startTrace(OPEN, "secret");
			journal.startNode(OPEN, 3);
			journal.completeNode(OPEN, 3, new OutputLocation(0, 128, 0));
			journal.startNode(OPEN, 4);
			journal.failNode(OPEN, 4, "no answer");
			journal.startNode(OPEN, 5);
			journal.completeTrace(DONE);
		}
	}

	@Test
	@Tag("R91")
	@Tag("D30")
	void listsTheTracesThatDidNotEnd() {
		Cli.Result result = Cli.look(this.log, "trace", this.log);
		assertThat(result.code()).isZero();
		assertThat(result.out().lines()).containsExactly(
				OPEN + "  since LSN 3  1 node done, 1 failed, runs again: node 5",
				"1 incomplete trace, 8 trace records, 0 without a start.");
	}

	@Test
	@Tag("R91")
	@Tag("D30")
	void showsTheTimeLineOfATrace() {
		Cli.Result result = Cli.look(this.log, "trace", this.log, OPEN);
		assertThat(result.code()).isZero();
		assertThat(result.out().lines()).hasSize(7)
			.anyMatch((line) -> line.matches("LSN 5 +\\+0\\.\\d{6} s  node done  node 3  output of 128 bytes"))
			.anyMatch((line) -> line.endsWith("node error  node 4  error (see --texts)"));
		assertThat(result.out()).contains("Incomplete: 1 node done").doesNotContain("secret", "no answer");
		assertThat(Cli.look(this.log, "trace", "--texts", this.log, OPEN).out()).contains("metadata: secret",
				"error: no answer");
		assertThat(Cli.look(this.log, "trace", this.log, DONE).out()).contains("Complete.");
	}

	@Test
	@Tag("R91")
	void anUnknownTraceIsSaidToBeSo() {
		Cli.Result result = Cli.look(this.log, "trace", this.log, new UUID(9, 9));
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.err()).contains("no record of the trace");
	}

	@Test
	@Tag("R88")
	@Tag("R91")
	void anImportedXervLogIsATraceJournal() {
		Path target = this.temp.resolve("imported");
		assertThat(Cli.run("import", Cli.golden("xerv/incomplete"), target).code()).isZero();
		assertThat(Cli.look(target, "trace", target).out()).contains("incomplete trace");
	}

}
