// SPDX-License-Identifier: Apache-2.0
package dev.wal.message;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wal.WalFormatVersionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes the envelope of a message.
 */
class MessageEnvelopeFuzzTests {

	static Stream<byte[]> seeds() {
		ByteBuffer body = ByteBuffer.allocate(3);
		return Stream.of(new MessageEnvelope("order.placed", 1, null, Map.of(), 2, body).encode(),
				new MessageEnvelope("order.placed", 300, "order-17", Map.of("tenant", "a"), 16, body).encode());
	}

	@MethodSource("seeds")
	@FuzzTest
	@Tag("D31")
	void anyBytesAreAMessageOrATypedError(byte[] input) {
		MessageEnvelope message;
		try {
			message = EnvelopeCodec.decode(ByteBuffer.wrap(input), "here");
		}
		catch (MessageFormatException | WalFormatVersionException ex) {
			assertThat(ex).hasMessageNotContainingAny("null");
			return;
		}
		assertThat(message.encode()).isEqualTo(input);
	}

}
