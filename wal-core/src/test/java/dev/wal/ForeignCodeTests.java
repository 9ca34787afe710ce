// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.foreign.ForeignCall;
import dev.wal.testing.foreign.ForeignRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that code of the application that throws or blocks does what the second table of
 * {@code docs/contributing/fault-matrix.md} says. The table there is what this test
 * prints.
 */
@Timeout(120)
class ForeignCodeTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "contributing", "fault-matrix.md");

	@ParameterizedTest
	@EnumSource
	@Tag("R41")
	@Tag("R94")
	@Tag("R101")
	@Tag("I22")
	void foreignCodeDoesWhatTheTableSays(ForeignCall call) throws Exception {
		List<String> cells = new ArrayList<>();
		for (ForeignRun.Conduct conduct : ForeignRun.Conduct.values()) {
			String word = "";
			if (call.concerns(conduct)) {
				word = new ForeignRun(call, conduct, SyncPolicy.always()).run();
				assertThat(new ForeignRun(call, conduct, SyncPolicy.none()).run()).as("%s, none()", conduct)
					.isEqualTo(word);
			}
			cells.add(word);
		}
		String row = "| " + call.label() + " | " + String.join(" | ", cells) + " |";
		System.out.println(row);
		assertThat(lines()).as("rows of the table").contains(row);
	}

	private static List<String> lines() throws IOException {
		return Files.readAllLines(DOCUMENT);
	}

}
