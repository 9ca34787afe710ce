// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.testing.QuietLog;
import dev.wal.testing.fault.FaultColumn;
import dev.wal.testing.fault.FaultPlace;
import dev.wal.testing.fault.FaultRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that every fault at every place does what the matrix in
 * {@code docs/contributing/fault-matrix.md} says. The matrix there is what this test
 * prints.
 */
@ExtendWith(QuietLog.class)
@Timeout(120)
class FaultMatrixTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "contributing", "fault-matrix.md");

	@ParameterizedTest
	@EnumSource
	@Tag("R45")
	@Tag("R46")
	@Tag("R47")
	@Tag("R56")
	@Tag("R101")
	@Tag("R102")
	@Tag("I25")
	void faultDoesWhatTheMatrixSays(FaultPlace place) throws IOException {
		String row = row(place);
		System.out.println(row);
		assertThat(Files.readAllLines(DOCUMENT)).as("rows of the matrix").contains(row);
	}

	private static String row(FaultPlace place) {
		List<String> cells = new ArrayList<>();
		for (FaultColumn fault : FaultColumn.values()) {
			try {
				cells.add(fault.concerns(place) ? new FaultRun(place, fault).run() : "");
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError(place + ", " + fault, ex);
			}
		}
		return "| " + place.label() + " | " + String.join(" | ", cells) + " |";
	}

	@Test
	void theMatrixHasNoOtherRowsAndSaysHowManyCellsItHas() throws IOException {
		List<String> lines = Files.readAllLines(DOCUMENT);
		List<String> columns = new ArrayList<>(List.of("where"));
		for (FaultColumn fault : FaultColumn.values()) {
			columns.add(fault.label());
		}
		int header = lines.indexOf("| " + String.join(" | ", columns) + " |");
		assertThat(header).as("the header with the columns %s", columns).isPositive();
		List<String> rows = lines.subList(header + 2, lines.size())
			.stream()
			.takeWhile((l) -> l.startsWith("|"))
			.toList();
		assertThat(rows).hasSize(FaultPlace.values().length);
		long cells = 0;
		for (FaultPlace place : FaultPlace.values()) {
			for (FaultColumn fault : FaultColumn.values()) {
				cells += fault.concerns(place) ? 1 : 0;
			}
		}
		assertThat(String.join(" ", lines)).contains(cells + " cells");
	}

}
