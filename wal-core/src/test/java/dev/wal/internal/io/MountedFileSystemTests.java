// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link MountedFileSystem}.
 */
@Tag("R100")
class MountedFileSystemTests {

	@TempDir
	Path temp;

	@Test
	void aDirectoryHasTheTypeAndDeviceOfItsMount() throws IOException {
		MountedFileSystem found = MountedFileSystem.of(this.temp);
		assertThat(found.type()).isEqualTo(Files.getFileStore(this.temp).type());
		assertThat(found.device()).isNotEmpty();
	}

	@Test
	void aDirectoryInMemoryIsFoundOut() throws IOException {
		Path memory = Path.of("/dev/shm");
		assumeTrue(Files.isDirectory(memory) && Files.getFileStore(memory).type().equals("tmpfs"));
		assertThat(MountedFileSystem.of(memory).hazard()).contains("tmpfs is in memory", "a restart of the machine");
	}

	@Test
	void aMissingDirectoryHasNoFileSystem() {
		assertThatThrownBy(() -> MountedFileSystem.of(this.temp.resolve("none")))
			.isInstanceOf(NoSuchFileException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ext4", "xfs", "btrfs", "zfs", "apfs", "NTFS", "fuseblk" })
	void fileSystemsOnADiskAreNoHazard(String type) {
		assertThat(hazard(type)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "tmpfs", "ramfs" })
	void fileSystemsInMemoryLoseEverything(String type) {
		assertThat(hazard(type)).contains(type, "loses everything", "Use a directory on a disk.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "overlay", "fuse.fuse-overlayfs" })
	void layersOfAContainerAreDeletedWithIt(String type) {
		assertThat(hazard(type)).contains(type, "deleted with the container", "Use a volume.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nfs4", "cifs", "9p", "fuse.sshfs", "virtiofs", "NFS" })
	void remoteFileSystemsAreNotSupported(String type) {
		assertThat(hazard(type)).contains(type + " is remote", "not supported");
	}

	private static String hazard(String type) {
		return new MountedFileSystem(type, "device").hazard();
	}

}
