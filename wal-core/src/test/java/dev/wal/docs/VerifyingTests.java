// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import dev.wal.WriteAheadLog;
import dev.wal.tools.VerificationReport;
import dev.wal.tools.WalDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The check of a directory, as the documentation prints it.
 */
class VerifyingTests {

	@Test
	void everyByteOfALogIsVerified(@TempDir Path directory) throws Exception {
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			wal.append("one".getBytes(StandardCharsets.UTF_8));
		}
		assertThat(Output.of(() -> verify(directory))).isEqualTo("intact: true, 1 records\n");
	}

	private static void verify(Path directory) {
		// tag::verify[]
		VerificationReport report = WalDirectory.of(directory).verify();
		System.out.println("intact: " + report.isIntact() + ", " + report.records() + " records");
		// end::verify[]
	}

}
