// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wal.Compression;
import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal repair}.
 */
@Tag("R64")
class RepairCommandTests {

	@TempDir
	Path temp;

	@Test
	@Tag("R64")
	@Tag("D30")
	void saysWhatItWouldDoAndDoesNothing() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Logs.damage(Logs.segment(log, 2), 14);
		Cli.Result result = Cli.look(log, "repair", log);
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.out()).contains("LSN 14 is lost", "Nothing was changed. With --yes,",
				"29 records would be kept, with LSN and time; 1 LSN would be given up",
				"rewritten from wal-00000000000000000002.log on");
	}

	@Test
	@Tag("R64")
	@Tag("R65")
	void keepsEveryRecordButTheDamagedOnes() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		Logs.damage(Logs.segment(log, 2), 14);
		byte[] damaged = Files.readAllBytes(Logs.segment(log, 2));
		Cli.Result result = Cli.run("repair", "--yes", log);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("REPAIRED: 29 records kept; 1 LSN given up.", "given up: LSN 14 is lost",
				"kept aside: wal-00000000000000000002.log.damaged", "INTACT: 29 records can be read, LSN 1 to 30.");
		assertThat(Files.readAllBytes(log.resolve("wal-00000000000000000002.log.damaged"))).isEqualTo(damaged);
		assertThat(Cli.run("verify", log).code()).isZero();
		assertThat(Cli.run("dump", log).out().lines()).hasSize(29).noneMatch((line) -> line.startsWith("14 "));
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			assertThat(wal.append(Logs.payload(31))).isEqualTo(Lsn.of(31));
		}
	}

	@ParameterizedTest
	@EnumSource(Compression.class)
	@Tag("R64")
	void aCompressedLogIsReadAndRepairedLikeAny(Compression compression) throws IOException {
		Path log = this.temp.resolve("log");
		try (LocalWriteAheadLog wal = Logs.builder(log).compression(compression).open()) {
			for (int i = 1; i <= 5; i++) {
				wal.append("x".repeat(3000).getBytes(StandardCharsets.UTF_8));
				wal.rotate();
			}
		}
		Path segment = Logs.segment(log, 3);
		byte[] bytes = Files.readAllBytes(segment);
		bytes[4096 + 80 + 56 + 3] ^= 1;
		Files.write(segment, bytes);
		assertThat(Cli.run("repair", "--yes", log).out()).contains("REPAIRED: 4 records kept; 1 LSN given up.");
		assertThat(Cli.look(log, "dump", "--payload=text", log).out().lines()).hasSize(4)
			.allMatch((line) -> line.endsWith("3000 bytes  " + "x".repeat(3000)));
	}

	@Test
	@Tag("R59")
	@Tag("R60")
	void removesATornTailAndKeepsIt() throws IOException {
		Path log = this.temp.resolve("log");
		Path crashed;
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			wal.append(Logs.payload(1));
			wal.append(Logs.payload(2));
			crashed = Logs.copy(log, this.temp.resolve("crashed"));
		}
		Logs.cut(Logs.segment(crashed, 1), 9);
		assertThat(Cli.look(crashed, "repair", crashed).out()).contains("would be removed, and kept in a *.torn file");
		Cli.Result result = Cli.run("repair", crashed, "--yes");
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("REPAIRED: 1 record kept; no record given up.",
				"kept aside: wal-00000000000000000001.");
		try (LocalWalView view = WriteAheadLog.builder(crashed).openReadOnly()) {
			assertThat(view.lastLsn()).isEqualTo(Lsn.FIRST);
			assertThat(view.tailState().isClean()).isTrue();
		}
	}

	@Test
	@Tag("R64")
	@Tag("D30")
	void anIntactLogIsNotTouched() {
		Path log = Logs.create(this.temp.resolve("log"));
		assertThat(Cli.look(log, "repair", log).out()).contains("There is nothing to repair.");
		Cli.Result result = Cli.look(log, "repair", "--yes", log);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("There was nothing to repair.");
	}

	@Test
	@Tag("R64")
	@Tag("D9")
	void aLogInUseIsRefused() throws IOException {
		Path log = Logs.create(this.temp.resolve("log"));
		try (LocalWriteAheadLog wal = Logs.builder(log).open()) {
			Logs.damage(Logs.segment(log, 2), 14);
			Logs.awaitPrepared(log, 4);
			Cli.Result result = Cli.look(log, "repair", "--yes", log);
			assertThat(result.code()).isEqualTo(2);
			assertThat(result.err()).contains("is locked by process");
		}
	}

}
