// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes the import of walogs logs.
 */
class WalogsFuzzTests {

	static Stream<byte[]> seeds() {
		return FuzzedLegacyLog.seeds("walogs", ".log");
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("R88")
	@Tag("D31")
	void anyBytesAreAWalogsLogOrFindings(byte[] input) {
		FuzzedLegacyLog.check(LegacyLayout.WALOGS, 1, input);
		FuzzedLegacyLog.check(LegacyLayout.WALOGS, 2, input);
	}

}
