// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the program with snapshots in plain Java.
 */
class TotalTests {

	@Test
	void totalComesBackFromSnapshotAndLog(@TempDir Path directory) throws IOException {
		try (Total total = new Total(directory)) {
			total.add(1);
			total.add(20);
			total.snapshot();
			total.add(300);
		}
		try (Total total = new Total(directory)) {
			assertThat(total.total()).isEqualTo(321);
			total.snapshot();
			total.add(4000);
		}
		try (Total total = new Total(directory)) {
			assertThat(total.total()).isEqualTo(4321);
		}
	}

}
