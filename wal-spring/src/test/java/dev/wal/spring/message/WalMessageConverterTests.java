// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.wal.WalFormatVersionException;
import dev.wal.WalRecord;
import dev.wal.message.MessageEnvelope;
import dev.wal.spring.message.WalMessageConverter.SkippedTypes;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link WalMessageConverter}.
 */
class WalMessageConverterTests {

	private final WalMessageConverter converter = Converters.json(Placed.class, Kind.class);

	@Test
	void theBytesOfAMessageAreTheseForEver() {
		byte[] payload = this.converter.toPayload(WalMessage.of(new Placed("17", 2)).header("tenant", "a"));
		assertThat(HexFormat.of().formatHex(payload)).isEqualTo("010302" + "0c" + hex("order.placed") + "01" + "02"
				+ hex("17") + "01" + "06" + hex("tenant") + "01" + hex("a") + hex("{\"id\":\"17\",\"quantity\":2}"));
	}

	private static String hex(String text) {
		return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void aMessageTellsAllOfItsEnvelope() {
		byte[] payload = this.converter
			.toPayload(WalMessage.of(new Placed("17", 2)).key("other").header("b", "1").header("a", "2"));
		WalMessage<?> message = Converters.read(this.converter, payload);
		assertThat(message.value()).isEqualTo(new Placed("17", 2));
		assertThat(message.type()).isEqualTo("order.placed");
		assertThat(message.version()).isEqualTo(1);
		assertThat(message.key()).isEqualTo("other");
		assertThat(message.headers().keySet()).containsExactly("b", "a");
		assertThat(message.id()).isEqualTo(Converters.LOG_ID + "/7");
		assertThat(message.lsn().value()).isEqualTo(7);
		assertThat(message.timestamp()).isEqualTo("1970-01-01T00:00:00Z");
		assertThat(message.toString()).contains("order.placed v1").doesNotContain("17", "other");
	}

	@Test
	void bytesAndTextNeedAName() {
		byte[] bytes = { 1, 2, 3 };
		byte[] image = this.converter.toPayload(WalMessage.of(bytes).type("thumbnail"));
		byte[] buffer = this.converter.toPayload(WalMessage.of(ByteBuffer.wrap(bytes, 1, 2)).type("thumbnail"));
		byte[] text = this.converter.toPayload(WalMessage.of("ü").type("note").key("k"));
		assertThat(Converters.read(this.converter, image).value()).isEqualTo(bytes);
		assertThat(Converters.read(this.converter, buffer).value()).isEqualTo(new byte[] { 2, 3 });
		WalMessage<?> note = Converters.read(this.converter, text);
		assertThat(note.value()).isEqualTo("ü");
		assertThat(note.type()).isEqualTo("note");
		assertThat(note.key()).isEqualTo("k");
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> this.converter.toPayload("text"))
			.withMessageContaining("WalMessage.of(value).type(\"name\")");
		assertRejected(WalMessage.of("text").type("order.placed"), "is that of " + Placed.class.getName());
		assertRejected(WalMessage.of("text").type("Note"), "'Note' is not the name of a type");
		assertRejected(WalMessage.of("\ud800").type("note"), "has no UTF-8 form");
		assertRejected(WalMessage.of(new Placed("a", 1)).type("note"), "Set no type");
	}

	@Test
	void whatHasNoNameIsRejected() {
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> this.converter.toPayload(42))
			.withMessageContaining("java.lang.Integer")
			.satisfies((ex) -> assertThat(ex.type()).isNull());
		assertThatNullPointerException().isThrownBy(() -> WalMessage.of(null));
	}

	@Test
	void headersAreLimited() {
		assertRejected(WalMessage.of(new Placed("a", 1)).header("h", "x".repeat(9000)), "8192 bytes");
	}

	@Test
	void aConstantIsWrittenUnderTheNameOfItsEnum() {
		byte[] payload = this.converter.toPayload(Kind.WITH_BODY);
		assertThat(Converters.read(this.converter, payload).value()).isEqualTo(Kind.WITH_BODY);
	}

	@Test
	void aRecordOfAFormerNameIsRead() {
		byte[] payload = Converters.json(Moved.class).toPayload(new Moved("17", 2));
		WalMessage<?> message = Converters.read(this.converter, payload);
		assertThat(message.value()).isEqualTo(new Placed("17", 2));
		assertThat(message.type()).isEqualTo("order.placed");
	}

	@Test
	void anUnknownNameStops() {
		byte[] payload = Converters.json(Unknown.class).toPayload(new Unknown("secret"));
		assertUnreadable(payload, "The message at LSN 7, of order.unknown v1, cannot be read: no class has this name");
	}

	@Test
	void aNewerVersionStops() {
		byte[] payload = Converters.json(Newer.class).toPayload(new Newer("secret"));
		assertUnreadable(payload, "the class has the older version 1");
	}

	@Test
	void anOlderVersionWithoutAnUpcasterStops() {
		byte[] payload = Converters.json(Placed.class).toPayload(new Placed("secret", 1));
		assertThatExceptionOfType(WalTypeException.class)
			.isThrownBy(() -> Converters.read(Converters.json(Newer.class), payload))
			.withMessageContaining("no WalUpcaster takes version 1");
	}

	@Test
	void anUnknownCodecStops() {
		assertUnreadable(new MessageEnvelope("order.placed", 1, null, Map.of(), 16, ByteBuffer.allocate(0)).encode(),
				"no codec has the id 16");
	}

	@Test
	void whatIsSkippedKeepsItsBody() {
		byte[] payload = Converters.json(Unknown.class).toPayload(new Unknown("a"));
		byte[] newer = Converters.json(Newer.class).toPayload(new Newer("a"));
		byte[] broken = new MessageEnvelope("order.placed", 1, null, Map.of(), MessageEnvelope.CODEC_JSON,
				ByteBuffer.wrap("[".getBytes(StandardCharsets.UTF_8)))
			.encode();
		WalMessageConverter byName = skipping(new SkippedTypes(List.of("other", "order.un*"), false));
		assertThat(skips(byName, payload)).isTrue();
		WalMessage<byte[]> message = byName.readBody(Converters.record(payload), () -> Converters.LOG_ID);
		assertThat(message.value()).asString(StandardCharsets.UTF_8).isEqualTo("{\"id\":\"a\"}");
		assertThat(message.type()).isEqualTo("order.unknown");
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> skips(byName, newer));
		WalMessageConverter unknown = skipping(new SkippedTypes(List.of(), true));
		assertThat(skips(unknown, payload)).isTrue();
		assertThat(skips(unknown, newer)).isTrue();
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> skips(unknown, broken));
		assertThat(skips(skipping(new SkippedTypes(List.of("order.placed"), false)), broken)).isTrue();
	}

	private static WalMessageConverter skipping(SkippedTypes skipped) {
		return Converters.of(Converters.types(Placed.class), new WalJson(List.of(), true), skipped);
	}

	private static boolean skips(WalMessageConverter converter, byte[] payload) {
		return converter.read(Converters.record(payload), () -> Converters.LOG_ID).isEmpty();
	}

	@Test
	void aNewerEnvelopeIsNeverSkipped() {
		WalMessageConverter all = skipping(new SkippedTypes(List.of("*"), true));
		assertThatExceptionOfType(WalFormatVersionException.class)
			.isThrownBy(() -> Converters.read(all, new byte[] { 2, 0 }));
	}

	@Test
	void whatIsNoMessageIsNotRead() {
		assertUnreadable(new byte[] { 1 }, "has no valid envelope");
		assertThatExceptionOfType(WalTypeException.class)
			.isThrownBy(
					() -> this.converter.read(new WalRecord(7, 3, 0, ByteBuffer.allocate(0)), () -> Converters.LOG_ID))
			.withMessageContaining("has the type 3 and is no message");
	}

	@Test
	void aCodecOfTheApplicationComesFirst() {
		WalMessageConverter own = Converters.withCodecs(Converters.types(Placed.class), new OwnCodec(16));
		byte[] payload = own.toPayload(new Placed("17", 2));
		assertThat(Converters.body(payload)).isEqualTo("17/2");
		assertThat(Converters.envelope(payload).codec()).isEqualTo(16);
		assertThat(Converters.read(own, payload).value()).isEqualTo(new Placed("17", 2));
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> own.toPayload(new Placed("/", 2)))
			.withMessageContaining("could not be read back")
			.withMessageContaining("java.lang.NumberFormatException");
	}

	@Test
	void codecsHaveIdsOfTheirOwn() {
		WalTypes types = Converters.types(Placed.class);
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> Converters.withCodecs(types, new OwnCodec(16), new OwnCodec(16)))
			.withMessageContaining("Two codecs have the id 16");
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> Converters.withCodecs(types, new OwnCodec(2)))
			.withMessageContaining("has the id 2")
			.withMessageContaining("16 to 255");
	}

	@Test
	void aTypeWithoutACodecIsFoundAtStart() {
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> new WalMessageConverter(Converters.types(Placed.class), List.of(), null,
					UnaryOperator.identity(), SkippedTypes.NONE))
			.withMessageContaining(Placed.class.getName())
			.withMessageContaining("jackson-databind");
	}

	private void assertRejected(WalMessage.Builder message, String problem) {
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> this.converter.toPayload(message))
			.withMessageContaining(problem)
			.withMessageContaining("Nothing was appended");
	}

	private void assertUnreadable(byte[] payload, String problem) {
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> Converters.read(this.converter, payload))
			.withMessageContaining(problem)
			.withMessageNotContaining("secret");
	}

	@WalType(value = "order.placed", formerNames = "order.moved")
	record Placed(@WalKey String id, int quantity) {
	}

	@WalType("order.moved")
	record Moved(String id, int quantity) {
	}

	@WalType("order.unknown")
	record Unknown(String id) {
	}

	@WalType(value = "order.placed", version = 2)
	record Newer(String id) {
	}

	@WalType("kind")
	enum Kind {

		WITH_BODY {
		}

	}

	private record OwnCodec(int id) implements WalCodec {

		@Override
		public boolean supports(Class<?> javaType) {
			return javaType == Placed.class;
		}

		@Override
		public byte[] encode(Object value) {
			Placed placed = (Placed) value;
			return (placed.id() + "/" + placed.quantity()).getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public Object decode(ByteBuffer body, Class<?> javaType) {
			String text = StandardCharsets.UTF_8.decode(body).toString();
			int slash = text.indexOf('/');
			return new Placed(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
		}

	}

}
