// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes the import of xerv logs.
 */
class XervFuzzTests {

	static Stream<byte[]> seeds() {
		return FuzzedLegacyLog.seeds("xerv", ".log");
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("R88")
	@Tag("D31")
	void anyBytesAreAXervLogOrFindings(byte[] input) {
		FuzzedLegacyLog.check(LegacyLayout.XERV, 1, input);
	}

}
