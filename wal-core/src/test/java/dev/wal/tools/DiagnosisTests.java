// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.wal.internal.io.MountedFileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Diagnosis}.
 */
@Tag("R100")
class DiagnosisTests {

	private static final BlockDevice WRITE_BACK = device("nvme0n1", "write back");

	@Test
	void aDeviceThatFlushesIsTrusted() {
		assertThat(diagnose("ext4", WRITE_BACK, 900, 100)).isEmpty();
	}

	@Test
	void aVeryFastFlushIsTrustedWithACondition() {
		DiskReport.Finding finding = single(diagnose("ext4", WRITE_BACK, 40, 100));
		assertThat(finding.critical()).isFalse();
		assertThat(finding.sentence()).contains("takes 40 µs", "capacitor");
	}

	@Test
	void aForceThatIsFasterThanAnyDeviceIsNotTrusted() {
		assertThat(diagnose("ext4", null, 1, 0)).first()
			.matches(DiskReport.Finding::critical)
			.extracting(DiskReport.Finding::sentence)
			.asString()
			.contains("less than 5 µs, which no device can do");
	}

	@Test
	void flushesThatNeverReachTheDeviceAreNotTrusted() {
		DiskReport.Finding finding = single(diagnose("ext4", WRITE_BACK, 900, 3));
		assertThat(finding.critical()).isTrue();
		assertThat(finding.sentence()).contains("only 3 flushes", "in 100 forces");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tmpfs", "overlay", "nfs4" })
	void someFileSystemsAreNotTrustedHoweverSlow(String fileSystem) {
		List<DiskReport.Finding> findings = diagnose(fileSystem, null, 2000, 0);
		assertThat(findings).hasSize(2);
		assertThat(findings.get(0).critical()).isTrue();
		assertThat(findings.get(0).sentence()).contains(fileSystem);
		assertThat(findings.get(1).critical()).isFalse();
	}

	@Test
	void aDeviceWithoutACacheIsTakenAtItsWord() {
		DiskReport.Finding finding = single(diagnose("xfs", device("vda", "write through"), 30, 0));
		assertThat(finding.critical()).isFalse();
		assertThat(finding.sentence()).contains("vda says that it needs no flushes");
	}

	private static BlockDevice device(String name, String writeCache) {
		return new BlockDevice(name, writeCache, Path.of("stat"));
	}

	private static List<DiskReport.Finding> diagnose(String fileSystem, BlockDevice device, long micros, long flushes) {
		Duration p50 = Duration.ofNanos(micros * 1000);
		return Diagnosis.of(new MountedFileSystem(fileSystem, "device"), device,
				new DiskReport.Latency("", 100, p50, p50), new DiskReport.Flushes(flushes, 100));
	}

	private static DiskReport.Finding single(List<DiskReport.Finding> findings) {
		assertThat(findings).hasSize(1);
		return findings.get(0);
	}

}
