// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.wal.WalDirectoryException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link DiskCheck} and its two probes.
 */
@Tag("R100")
class DiskCheckTests {

	@TempDir
	Path temp;

	@Test
	@Timeout(60)
	void aCheckMeasuresEachWayAndLeavesNoFile() throws IOException {
		DiskReport report = DiskCheck.of(this.temp).run();
		assertThat(report.fileSystem()).isEqualTo(Files.getFileStore(this.temp).type());
		assertThat(report.latencies()).hasSizeBetween(5, 6).allSatisfy((latency) -> {
			assertThat(latency.count()).isPositive();
			assertThat(latency.p99()).isGreaterThanOrEqualTo(latency.p50());
		});
		assertThat(report.isTrusted()).isEqualTo(report.findings().stream().noneMatch(DiskReport.Finding::critical));
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	void aMissingDirectoryIsRefusedAndStaysMissing() {
		Path missing = this.temp.resolve("none");
		assertThatThrownBy(() -> DiskCheck.of(missing).run()).isInstanceOf(WalDirectoryException.class)
			.hasMessageContaining("does not exist");
		assertThat(missing).doesNotExist();
	}

	@Test
	void theDeviceOfAPartitionIsTheWholeDevice() throws IOException {
		Path disk = Files.createDirectories(this.temp.resolve("sda"));
		Path partition = Files.createDirectories(disk.resolve("sda1"));
		Files.writeString(partition.resolve("partition"), "1\n");
		Files.createDirectories(disk.resolve("queue"));
		Files.writeString(disk.resolve("queue").resolve("write_cache"), "write back\n");
		Files.writeString(disk.resolve("stat"), "  1 2 3 4 5 6 7 8 9 10 11 12 13 14 15   77  1234\n");
		BlockDevice device = BlockDevice.at(partition);
		assertThat(device.name()).isEqualTo("sda");
		assertThat(device.isWriteBack()).isTrue();
		assertThat(device.flushes()).hasValue(77);
	}

	@Test
	void percentilesAreThoseOfTheSortedTimes() {
		long[] nanos = new long[200];
		for (int i = 0; i < nanos.length; i++) {
			nanos[i] = 200L - i;
		}
		DiskReport.Latency latency = SyncProbe.summary("x", nanos);
		assertThat(latency.p50()).isEqualTo(Duration.ofNanos(100));
		assertThat(latency.p99()).isEqualTo(Duration.ofNanos(198));
		assertThat(SyncProbe.summary("x", new long[] { 5 }).p99()).isEqualTo(Duration.ofNanos(5));
	}

}
