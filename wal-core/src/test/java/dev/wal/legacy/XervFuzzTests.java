package dev.wal.legacy;

import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
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
	void anyBytesAreAXervLogOrFindingsR88D31(byte[] input) {
		FuzzedLegacyLog.check(LegacyLayout.XERV, 1, input);
	}

}
