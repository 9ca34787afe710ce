// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import dev.wal.message.MessageEnvelope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Utf8Codec}, as messages use it.
 */
@Tag("R27")
class Utf8CodecTests {

	private final WalMessageConverter converter = Converters.json();

	@Test
	void textComesBackAsItWas() {
		for (String text : List.of("", " ", "\0", "a\r\nb\n", "\u00e4\u20ac\ud83d\ude00", "\ufeff", "e\u0301",
				"\uffff")) {
			assertThat(Converters.read(this.converter, payload(text)).value()).isEqualTo(text);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\ud83d", "\ude00" })
	void textWithoutAUtf8FormIsAnError(String text) {
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> payload(text))
			.withMessageContaining("UTF-8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ff", "c0af", "eda080", "f4908080", "e282", "80", "41ff42" })
	void bytesThatAreNotUtf8AreAnErrorNotReplaced(String hex) {
		byte[] valid = payload("");
		byte[] body = HexFormat.of().parseHex(hex);
		byte[] payload = Arrays.copyOf(valid, valid.length + body.length);
		System.arraycopy(body, 0, payload, valid.length, body.length);
		assertThat(Converters.envelope(payload).codec()).isEqualTo(MessageEnvelope.CODEC_UTF8);
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> Converters.read(this.converter, payload))
			.withMessageContaining("not valid UTF-8");
	}

	private byte[] payload(String text) {
		return this.converter.toPayload(WalMessage.of(text).type("note"));
	}

}
