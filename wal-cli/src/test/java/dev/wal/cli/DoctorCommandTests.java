// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code wal doctor}.
 */
class DoctorCommandTests {

	private static final Path STAT = Path.of("stat");

	private static final BlockDevice WRITE_BACK = new BlockDevice("nvme0n1", "write back", STAT);

	@TempDir
	Path temp;

	@Test
	@Timeout(60)
	@Tag("R100")
	void measuresEachWayComesToAVerdictAndCleansUp() {
		Cli.Result result = Cli.run("doctor", this.temp);
		assertThat(result.code()).isBetween(0, 1);
		assertThat(result.out()).contains("file system", "growing file, force(true)", "what the log does", "O_DSYNC",
				"O_DIRECT", "nothing written", "TRUSTED");
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	@Tag("R100")
	void aDirectoryThatIsNotThereIsRefused() {
		Cli.Result result = Cli.run("doctor", this.temp.resolve("none"));
		assertThat(result.code()).isEqualTo(2);
		assertThat(result.err()).contains("is not a directory");
	}

	private static SyncLatency micros(long p50) {
		return new SyncLatency("", 100, p50 * 1000, p50 * 2000);
	}

	private static Diagnosis diagnose(String fileSystem, BlockDevice device, long micros, long flushes) {
		return Diagnosis.of(fileSystem, device, micros(micros), OptionalLong.of(flushes));
	}

	@Test
	@Tag("R100")
	void aDeviceThatFlushesIsTrusted() {
		Diagnosis diagnosis = diagnose("ext4", WRITE_BACK, 900, 100);
		assertThat(diagnosis.trusted()).isTrue();
		assertThat(diagnosis.reasons()).isEmpty();
	}

	@Test
	@Tag("R100")
	void aVeryFastFlushIsTrustedWithACondition() {
		Diagnosis diagnosis = diagnose("ext4", WRITE_BACK, 40, 100);
		assertThat(diagnosis.trusted()).isTrue();
		assertThat(diagnosis.reasons()).singleElement().asString().contains("capacitor");
	}

	@Test
	@Tag("R100")
	void aForceThatIsFasterThanAnyDeviceIsNotTrusted() {
		assertThat(diagnose("ext4", null, 1, 0).trusted()).isFalse();
	}

	@Test
	@Tag("R100")
	void flushesThatNeverReachTheDeviceAreNotTrusted() {
		Diagnosis diagnosis = diagnose("ext4", WRITE_BACK, 900, 3);
		assertThat(diagnosis.trusted()).isFalse();
		assertThat(diagnosis.reasons()).singleElement().asString().contains("only 3 flushes", "in 100 forces");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tmpfs", "overlay", "nfs4", "cifs", "9p", "fuse.sshfs", "virtiofs" })
	@Tag("R100")
	void someFileSystemsAreNotTrustedHoweverSlow(String fileSystem) {
		Diagnosis diagnosis = Diagnosis.of(fileSystem, null, micros(2000), OptionalLong.empty());
		assertThat(diagnosis.trusted()).isFalse();
		assertThat(diagnosis.reasons()).first().asString().contains(fileSystem);
	}

	@Test
	@Tag("R100")
	void aDeviceWithoutACacheIsTakenAtItsWordAndSaidSo() {
		Diagnosis diagnosis = diagnose("xfs", new BlockDevice("vda", "write through", STAT), 30, 0);
		assertThat(diagnosis.trusted()).isTrue();
		assertThat(diagnosis.reasons()).singleElement().asString().contains("vda says that it needs no flushes");
	}

	@Test
	@Tag("R100")
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
	@Tag("R100")
	void percentilesAreThoseOfTheSortedTimes() {
		long[] nanos = new long[200];
		for (int i = 0; i < nanos.length; i++) {
			nanos[i] = 200L - i;
		}
		SyncLatency latency = SyncLatency.of("x", nanos);
		assertThat(latency.p50()).isEqualTo(100);
		assertThat(latency.p99()).isEqualTo(198);
		assertThat(SyncLatency.of("x", new long[] { 5 }).p99()).isEqualTo(5);
	}

}
