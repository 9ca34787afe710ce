// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wal.LocalWriteAheadLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal inspect}.
 */
@Tag("R99")
class InspectCommandTests {

	@TempDir
	Path temp;

	@Test
	@Tag("R99")
	@Tag("R100")
	@Tag("D30")
	void showsHeadersPositionsCheckpointAndOwner() {
		Path log = Logs.create(this.temp.resolve("log"));
		Cli.Result result = Cli.look(log, "inspect", log);
		assertThat(result.code()).isZero();
		assertThat(result.out()).containsPattern("log id +[0-9a-f-]{36}, format version 1")
			.containsPattern("owner +orders")
			.containsPattern("records +LSN 1 to 30, proven to be durable up to 30")
			.containsPattern("state +ends cleanly, closed")
			.containsPattern("checkpoint +LSN 5, taken 2026-11-20T10:00:00Z")
			.containsPattern("lock +process " + ProcessHandle.current().pid() + " on .*\\(released\\)")
			.containsPattern("wal-00000000000000000002.log +2026-11-20T10:00:00Z +11 +20 +\\d+ +\\d+");
	}

	@Test
	@Tag("R99")
	@Tag("R60")
	void showsSideFiles() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Files.write(log.resolve("wal-00000000000000000001.5000.torn"), new byte[40]);
		Files.write(log.resolve("checkpoint.damaged"), new byte[64]);
		assertThat(Cli.look(log, "inspect", log).out())
			.containsPattern("wal-00000000000000000001.5000.torn +40 +bytes that a recovery removed")
			.containsPattern("checkpoint.damaged +64 +no longer part of the log");
	}

	@Test
	@Tag("R99")
	@Tag("D30")
	void worksBesideALiveWriterAndLeavesItItsLock() {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append(Logs.payload(1));
			Logs.awaitPrepared(log, 2);
			Cli.Result result = Cli.look(log, "inspect", log);
			assertThat(result.code()).isZero();
			assertThat(result.out()).contains("not closed", "(running)");
			wal.append(Logs.payload(2));
		}
	}

	@Test
	@Tag("R99")
	@Tag("D30")
	void aDamagedLogShowsWhatItsHeadersSay() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Logs.damage(Logs.segment(log, 3), 24);
		Cli.Result result = Cli.look(log, "inspect", log);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("DAMAGED: wal-00000000000000000003.log at offset ", "LSN 24")
			.containsPattern("wal-00000000000000000003.log +2026-11-20T10:00:00Z +21 +-");
	}

	@Test
	@Tag("R99")
	void aPreparedSegmentIsNamedSo() {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			Logs.awaitPrepared(log, 2);
			assertThat(Cli.look(log, "inspect", log).out()).contains("nothing written to it yet")
				.containsPattern("records +none, last LSN 0");
		}
	}

	@Test
	@Tag("R88")
	void anOlderLogIsNamedWithTheCommandThatImportsIt() {
		Cli.Result result = Cli.look(Cli.golden("walogs/single"), "inspect", Cli.golden("walogs/single"));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("wal-000001.log is a file of a walogs log", "'wal import SOURCE TARGET'")
			.doesNotContain("LegacyImport");
	}

	@Test
	@Tag("R99")
	void aHolderThatIsGoneIsReportedAsGone() {
		assertThat(LockHolder.describe(null)).isEqualTo("never taken");
		assertThat(LockHolder.describe("somebody")).isEqualTo("somebody");
		String host = System.getenv("HOSTNAME");
		String here = (host != null) ? host : "this host";
		// Another process has the number of this one by now.
		assertThat(LockHolder
			.describe("process " + ProcessHandle.current().pid() + " on " + here + ", since 2001-01-01T00:00:00Z"))
			.endsWith("(not running any more)");
		assertThat(LockHolder.describe("process 1 on nowhere.example, since 2001-01-01T00:00:00Z"))
			.contains("another host");
	}

}
