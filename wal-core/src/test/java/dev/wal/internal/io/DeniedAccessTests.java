// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeniedAccess}.
 */
@DisabledOnOs(OS.WINDOWS)
class DeniedAccessTests {

	@TempDir
	Path directory;

	private String owner = "";

	@BeforeEach
	void setUp() throws IOException {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-x---"));
		this.owner = Files.getOwner(this.directory).getName();
	}

	@Test
	void theFileThatDeniesAccessIsDescribed() {
		assertThat(explain(this.directory)).isEqualTo("permission denied (it belongs to " + this.owner
				+ ", mode rwxr-x---; this process runs as " + System.getProperty("user.name") + ")");
	}

	@Test
	void aFileThatCannotBeLookedAtIsExplainedByItsDirectory() {
		assertThat(explain(this.directory.resolve("missing").resolve("file")))
			.contains("(" + this.directory + " belongs to " + this.owner + ", mode rwxr-x---;");
	}

	private static String explain(Path file) {
		AccessDeniedException denied = new AccessDeniedException(file.toString());
		IOException explained = DeniedAccess.explain(denied);
		assertThat(explained).isInstanceOfSatisfying(AccessDeniedException.class, (ex) -> {
			assertThat(ex.getFile()).isEqualTo(file.toString());
			assertThat(ex).hasCause(denied);
		});
		return ((AccessDeniedException) explained).getReason();
	}

}
