// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes the records of a trace journal.
 */
class TraceRecordFuzzTests {

	static Stream<byte[]> seeds() {
		UUID trace = new UUID(1, 2);
		return Stream.of(TraceRecord.traceStart(trace, Instant.EPOCH).encode(),
				TraceRecord.nodeError(trace, 3, "why", Instant.EPOCH).withMetadata("what").encode(),
				TraceRecord.loopIteration(trace, 4, 5, Instant.EPOCH).encode());
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("D31")
	void anyBytesAreATraceRecordOrATypedError(byte[] input) {
		TraceRecord strict = null;
		try {
			strict = TraceRecord.decode(ByteBuffer.wrap(input));
			assertThat(strict.encode()).isEqualTo(input);
			assertThat(strict.timestamp()).isAfterOrEqualTo(Instant.EPOCH);
		}
		catch (TraceFormatException ex) {
			assertThat(ex).hasMessageNotContainingAny("null");
		}
		try {
			TraceRecord lenient = TraceRecord.decodeLeniently(ByteBuffer.wrap(input));
			assertThat(TraceRecord.decode(ByteBuffer.wrap(lenient.encode()))).isEqualTo(lenient);
			new TraceRecovery().accept(lenient);
			if (strict != null) {
				assertThat(lenient).isEqualTo(strict);
			}
		}
		catch (TraceFormatException ex) {
			assertThat(strict).isNull();
		}
	}

}
