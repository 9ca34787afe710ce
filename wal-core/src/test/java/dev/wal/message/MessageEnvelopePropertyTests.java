// SPDX-License-Identifier: Apache-2.0
package dev.wal.message;

import java.nio.ByteBuffer;
import java.util.Map;

import dev.wal.WalException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties of the envelope of a message.
 */
class MessageEnvelopePropertyTests {

	@Property
	void anyMessageComesBack(@ForAll("messages") MessageEnvelope message) {
		assertThat(EnvelopeCodec.decode(ByteBuffer.wrap(message.encode()), "here")).isEqualTo(message);
	}

	@Property
	void aCutMessageIsShorterOrRejected(@ForAll("messages") MessageEnvelope message,
			@ForAll @IntRange(max = 1000) int at) {
		byte[] payload = message.encode();
		ByteBuffer cut = ByteBuffer.wrap(payload, 0, at % payload.length);
		try {
			MessageEnvelope shorter = EnvelopeCodec.decode(cut, "here");
			assertThat(shorter.body().remaining()).isLessThan(message.body().remaining());
		}
		catch (WalException ex) {
			assertThat(ex).isInstanceOf(MessageFormatException.class);
		}
	}

	@Provide
	Arbitrary<MessageEnvelope> messages() {
		Arbitrary<String> text = Arbitraries.strings().excludeChars(surrogates()).ofMaxLength(20);
		Arbitrary<String> type = Arbitraries.strings()
			.withCharRange('a', 'z')
			.withCharRange('0', '9')
			.withChars('.', '-')
			.ofMaxLength(99)
			.map((rest) -> "t" + rest);
		Arbitrary<Map<String, String>> headers = Arbitraries.maps(text, text).ofMaxSize(20);
		Arbitrary<ByteBuffer> body = Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(ByteBuffer::wrap);
		return Combinators
			.combine(type, Arbitraries.integers().between(1, 65_535), text.injectNull(0.3), headers,
					Arbitraries.integers().between(0, 255), body)
			.as(MessageEnvelope::new);
	}

	private static char[] surrogates() {
		char[] surrogates = new char[Character.MAX_SURROGATE - Character.MIN_SURROGATE + 1];
		for (int i = 0; i < surrogates.length; i++) {
			surrogates[i] = (char) (Character.MIN_SURROGATE + i);
		}
		return surrogates;
	}

}
