// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@code wal acknowledge-loss}.
 */
@Tag("R64")
class AcknowledgeLossCommandTests {

	@TempDir
	Path directory;

	@Test
	void aLossIsCountedUntilItIsAcknowledged() throws Exception {
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			for (int i = 0; i < 5; i++) {
				wal.append(new byte[100]);
			}
		}
		Path segment = this.directory.resolve("wal-00000000000000000001.log");
		java.nio.file.Files.write(segment, java.util.Arrays.copyOf(java.nio.file.Files.readAllBytes(segment), 8500));
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.directory)
			.corruptionPolicy(CorruptionPolicy.SKIP)
			.open()) {
			assertThat(wal.recoveryReport().loss().records()).isPositive();
			assertThat(wal.localStatus().lostRecords()).isEqualTo(wal.recoveryReport().loss().records());
		}
		WalDirectory.of(this.directory).repair();
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			assertThat(wal.localStatus().lostRecords()).isPositive();
		}
		Cli.Result result = Cli.run("acknowledge-loss", this.directory);
		assertThat(result.code()).isZero();
		assertThat(result.out()).contains("Acknowledged the loss of 4 records");
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.directory).open()) {
			assertThat(wal.localStatus().lostRecords()).isZero();
			assertThat(wal.acknowledgeLoss()).isZero();
		}
		assertThat(Cli.run("acknowledge-loss", this.directory).out()).contains("no loss");
	}

}
