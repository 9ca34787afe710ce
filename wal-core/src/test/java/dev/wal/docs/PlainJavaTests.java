// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the program in the README.
 */
class PlainJavaTests {

	@Test
	void secondRunPrintsWhatTheFirstAppended(@TempDir Path directory) throws Exception {
		assertThat(Output.of(() -> PlainJava.main(new String[] { directory.toString() })))
			.isEqualTo("appended 1, 2 to 3, 4\n");
		assertThat(Output.of(() -> PlainJava.main(new String[] { directory.toString() })))
			.isEqualTo("2 two\n3 three\n4 four\n5 five\nappended 6, 7 to 8, 9\n");
	}

}
