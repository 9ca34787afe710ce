// SPDX-License-Identifier: Apache-2.0
package dev.wal.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import dev.wal.WalFormatVersionException;
import dev.wal.WalRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MessageEnvelope}.
 */
class MessageEnvelopeTests {

	static Stream<Arguments> golden() {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("tenant", "a");
		headers.put("trace", "é");
		return Stream.of(Arguments.of("01000204" + hex("a.b1") + "01" + hex("{}"), message("a.b1", 1, null, Map.of())),
				Arguments.of("01010204" + hex("a.b1") + "03" + "02" + hex("k7") + hex("{}"),
						message("a.b1", 3, "k7", Map.of())),
				Arguments.of("01020204" + hex("a.b1") + "ffff03" + "02" + "06" + hex("tenant") + "01" + hex("a") + "05"
						+ hex("trace") + "02" + hex("é") + hex("{}"), message("a.b1", 65_535, null, headers)),
				Arguments.of("01031001" + hex("z") + "8001" + "00" + "01" + "00" + "00",
						new MessageEnvelope("z", 128, "", Map.of("", ""), 16, ByteBuffer.allocate(0))));
	}

	@ParameterizedTest
	@MethodSource("golden")
	void theBytesAreTheseForEver(String hex, MessageEnvelope message) {
		assertThat(HexFormat.of().formatHex(message.encode())).isEqualTo(hex);
		assertThat(decode(hex)).isEqualTo(message);
	}

	@ParameterizedTest
	@CsvSource({ "00000201610100, envelope version 0", "02000201610100, envelope version 2", "01040201610100, flags 4",
			"01800201610100, flags 128" })
	void anUnknownVersionOrFlagIsNeverGuessedAt(String hex, String found) {
		assertThatExceptionOfType(WalFormatVersionException.class).isThrownBy(() -> decode(hex))
			.withMessageStartingWith("The message at LSN 7 has " + found)
			.satisfies((ex) -> assertThat(ex.file()).isEmpty())
			.satisfies((ex) -> assertThat(ex.location()).isEqualTo("The message at LSN 7"));
	}

	@ParameterizedTest
	@CsvSource({ "'', ends before its version", "01, ends before its flags", "0100, ends before its codec",
			"010002, ends before the name of its type", "01000202 61, ends within the name of its type",
			"01000201 41 01, the name of its type is not one", "01000200 01, the name of its type is not one",
			"01000201 61, ends before the version of its type", "01000201 61 00, is not from 1 to 65535",
			"01000201 61 808004, is not from 1 to 65535", "01000201 61 8100, not a number in its shortest form",
			"01000201 61 ffffffff7f, not a number in its shortest form",
			"01000201 61 8181818181, not a number in its shortest form", "01010201 61 01 02 61, ends within its key",
			"01010201 61 01 01 ff, its key is not valid UTF-8", "01020201 61 01 00, the number of its headers",
			"01020201 61 01 41, the number of its headers",
			"01020201 61 01 02 01 78 00 01 78 00, two of its headers have the same name",
			"01020201 61 01 01 01 78, ends before the value of a header" })
	void whatIsNoEnvelopeIsRejectedWithTheReason(String hex, String reason) {
		assertThatExceptionOfType(MessageFormatException.class).isThrownBy(() -> decode(hex.replace(" ", "")))
			.withMessageStartingWith("The message at LSN 7 has no valid envelope: ")
			.withMessageContaining(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "A", "1a", ".a", "a_b", "a b", "é" })
	void aTypeHasAName(String name) {
		assertThat(MessageEnvelope.isTypeName(name)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> message(name, 1, null, Map.of()));
	}

	@Test
	void aNameHasAtMost100Characters() {
		assertThat(MessageEnvelope.isTypeName("a".repeat(100))).isTrue();
		assertThat(MessageEnvelope.isTypeName("a".repeat(101))).isFalse();
	}

	@Test
	void headersAreLimited() {
		Map<String, String> many = new LinkedHashMap<>();
		for (int i = 0; i < 65; i++) {
			many.put("h" + i, "");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> message("a", 1, null, many))
			.withMessageContaining("at most 64 headers");
		MessageEnvelope largest = message("a", 1, null, Map.of("h", "x".repeat(8191)));
		assertThat(EnvelopeCodec.decode(ByteBuffer.wrap(largest.encode()), "here")).isEqualTo(largest);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> message("a", 1, null, Map.of("h", "x".repeat(8192))).encode())
			.withMessageContaining("8192 bytes");
	}

	@Test
	void textWithoutAUtf8FormIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> message("a", 1, "\ud800", Map.of()).encode())
			.withMessageContaining("The key has no UTF-8 form");
	}

	@Test
	void versionsAndCodecsHaveARange() {
		assertThatIllegalArgumentException().isThrownBy(() -> message("a", 0, null, Map.of()));
		assertThatIllegalArgumentException().isThrownBy(() -> message("a", 65_536, null, Map.of()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new MessageEnvelope("a", 1, null, Map.of(), 256, ByteBuffer.allocate(0)));
	}

	@Test
	void aRecordOfAnotherTypeIsNoMessage() {
		WalRecord other = new WalRecord(7, 0, 0, ByteBuffer.allocate(3));
		assertThat(MessageEnvelope.isMessage(other)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> MessageEnvelope.of(other)).withMessageContaining("LSN 7");
	}

	@Test
	void itsTextHasNoContent() {
		assertThat(message("a", 2, "secret", Map.of("secret", "secret")))
			.hasToString("MessageEnvelope[a v2, codec=2, 2 bytes]");
	}

	private static MessageEnvelope message(String type, int version, String key, Map<String, String> headers) {
		return new MessageEnvelope(type, version, key, headers, MessageEnvelope.CODEC_JSON,
				ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)));
	}

	private static MessageEnvelope decode(String hex) {
		return MessageEnvelope
			.of(new WalRecord(7, MessageEnvelope.RECORD_TYPE, 0, ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
	}

}
