// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.wal.spring.message.WalMessageConverter.SkippedTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalJson}: what is written can be read, or is not written.
 */
class WalJsonTests {

	@Test
	void allThatAValueHoldsComesBack() {
		WalMessageConverter converter = Converters.json(Everything.class);
		Everything value = new Everything(true, 'c', 1L << 60, 0.1, "ü", Color.RED, UUID.randomUUID(),
				Instant.parse("2026-11-25T10:00:00.123456789Z"), OffsetDateTime.parse("2026-11-25T10:00:00+02:00"),
				ZonedDateTime.parse("2026-11-25T10:00:00+01:00[Europe/Berlin]"), new BigInteger("9".repeat(1000)),
				List.of(new Line("a", 1), new Line("b", 2)), Map.of("k", new Line("c", 3)),
				Optional.of(new Line("d", 4)), new Circle(3), new Holder());
		byte[] payload = converter.toPayload(value);
		assertThat(Converters.read(converter, payload).value()).usingRecursiveComparison().isEqualTo(value);
		assertThat(Converters.body(payload)).contains("\"color\":\"RED\"", "\"2026-11-25T10:00:00+02:00\"");
	}

	@Test
	void propertiesThatAreNotKnownAreIgnored() {
		byte[] payload = Converters.withCodecs(Converters.types(LineWithMore.class))
			.toPayload(new LineWithMore("a", 1, "more"));
		assertThat(Converters.read(Converters.json(Line.class), payload).value()).isEqualTo(new Line("a", 1));
	}

	@Test
	void aNumberThatIsMissingIsNotZero() {
		byte[] payload = Converters.json(ShortLine.class).toPayload(new ShortLine("a"));
		assertThatExceptionOfType(WalTypeException.class)
			.isThrownBy(() -> Converters.read(Converters.json(Line.class), payload))
			.withMessageContaining("line v1")
			.withMessageContaining("MismatchedInputException");
	}

	@Test
	void aPathHasNoKeysOfMaps() {
		byte[] payload = Converters.json(ShortLines.class)
			.toPayload(new ShortLines(Map.of("secret", new ShortLine("a"))));
		assertThatExceptionOfType(WalTypeException.class)
			.isThrownBy(() -> Converters.read(Converters.json(Lines.class), payload))
			.withMessageContaining("at lines{}.quantity: ")
			.withMessageNotContaining("secret");
	}

	@Test
	void onlyItsOwnCustomizersChangeTheMapper() {
		WalTypes types = Converters.types(Camel.class);
		WalJson snake = new WalJson(
				List.of((builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)), true);
		assertThat(Converters.body(Converters.of(types, snake, SkippedTypes.NONE).toPayload(new Camel("a"))))
			.isEqualTo("{\"order_id\":\"a\"}");
		assertThat(Converters.body(Converters.json(Camel.class).toPayload(new Camel("a"))))
			.isEqualTo("{\"orderId\":\"a\"}");
	}

	@ParameterizedTest
	@MethodSource
	void aPropertyThatWouldBeReadAsSomethingElseIsFoundAtStart(Class<?> type, String problem) {
		assertThatExceptionOfType(WalTypeDefinitionException.class).isThrownBy(() -> Converters.json(type))
			.satisfies((ex) -> assertThat(ex.problem()).startsWith(problem));
	}

	static List<?> aPropertyThatWouldBeReadAsSomethingElseIsFoundAtStart() {
		return List.of(Arguments.of(Basket.class, "basket v1: lines[].discount is an interface without @JsonTypeInfo"),
				Arguments.of(AnyValue.class, "any v1: value is an Object"),
				Arguments.of(AnyMap.class, "any-map v1: values{} is an Object"),
				Arguments.of(AnyKey.class, "any-key v1: values is a map with keys of any kind"),
				Arguments.of(RawList.class, "raw-list v1: values has open type parameters: java.util.List"),
				Arguments.of(AnyNumber.class, "any-number v1: value is an abstract class"),
				Arguments.of(Box.class, "box v1: it has open type parameters"),
				Arguments.of(RawBox.class, "raw-box v1: box has open type parameters"),
				Arguments.of(BadShapes.class, "bad-shapes v1: shape(Blob).content is an Object"),
				Arguments.of(NoConstructor.class, "no-constructor v1: it has no constructor that Jackson can use"),
				Arguments.of(NoProperty.class, "no-property v1: it has fields, but no property"));
	}

	@Test
	void aClassThatFixesTheParametersIsFine() {
		WalMessageConverter converter = Converters.json(LineBox.class);
		LineBox box = new LineBox();
		box.content = new Line("a", 1);
		assertThat(Converters.read(converter, converter.toPayload(box)).value()).usingRecursiveComparison()
			.isEqualTo(box);
	}

	@Test
	void aSealedPropertyIsRefusedBeforeItIsWritten() {
		// As the codec of an application would be used that checks nothing at the start.
		WalCodec json = new WalJson(List.of(), true).codec();
		WalMessageConverter converter = Converters.withCodecs(Converters.types(Basket.class), new Unchecked(json));
		Basket basket = new Basket(List.of(new DiscountedLine(new Percent(3))));
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> converter.toPayload(basket))
			.withMessageContaining("basket v1 could not be read back")
			.withMessageContaining("at lines[].discount: InvalidDefinitionException")
			.withMessageContaining("Nothing was appended");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001 })
	void aNumberHasAtMost1000Digits(int digits) {
		WalMessageConverter converter = Converters.json(Big.class);
		Big big = new Big(Map.of("secret", new BigInteger("7".repeat(digits))));
		if (digits == 1000) {
			assertThat(Converters.read(converter, converter.toPayload(big)).value()).isEqualTo(big);
			return;
		}
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> converter.toPayload(big))
			.withMessageContaining("StreamConstraintsException")
			.withMessageContaining("Nothing was appended")
			.withMessageNotContainingAny("777", "secret")
			.withNoCause();
	}

	@Test
	void nestingBeyondTheParsersLimitIsRefused() {
		WalMessageConverter converter = Converters.json(Node.class);
		Node tree = new Node(List.of());
		for (int depth = 0; depth < 600; depth++) {
			tree = new Node(List.of(tree));
		}
		Node deep = tree;
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> converter.toPayload(deep))
			.withMessageContaining("StreamConstraintsException");
	}

	@Test
	void verificationCanBeSwitchedOff() {
		WalMessageConverter converter = Converters.of(Converters.types(Big.class), new WalJson(List.of(), false),
				SkippedTypes.NONE);
		byte[] payload = converter.toPayload(new Big(Map.of("a", new BigInteger("7".repeat(1001)))));
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> Converters.read(converter, payload))
			.withMessageContaining("at values: StreamConstraintsException");
	}

	@Test
	void aConstructorThatThrowsIsNamedWithoutItsMessage() {
		WalMessageConverter converter = Converters.json(Strict.class);
		Strict.refuse = true;
		try {
			assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> converter.toPayload(Strict.MADE))
				.withMessageContaining("caused by java.lang.IllegalStateException")
				.withMessageNotContaining("secret");
		}
		finally {
			Strict.refuse = false;
		}
	}

	enum Color {

		RED;

		@Override
		public String toString() {
			return "rot";
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	interface Shape {

	}

	record Circle(int radius) implements Shape {
	}

	static class Holder {

		public Color color = Color.RED;

		public Holder next;

		public int[] array = { 1, 2 };

	}

	@WalType("everything")
	record Everything(boolean flag, char letter, long count, double ratio, String text, Color color, UUID id,
			Instant instant, OffsetDateTime offset, ZonedDateTime zoned, BigInteger big, List<Line> lines,
			Map<String, Line> map, Optional<Line> optional, Shape shape, Holder holder) {
	}

	@WalType("line")
	record Line(String item, int quantity) {
	}

	@WalType("line")
	record LineWithMore(String item, int quantity, String more) {
	}

	@WalType("line")
	record ShortLine(String item) {
	}

	@WalType("lines")
	record Lines(Map<String, Line> lines) {
	}

	@WalType("lines")
	record ShortLines(Map<String, ShortLine> lines) {
	}

	@WalType("camel")
	record Camel(String orderId) {
	}

	sealed interface Discount permits Percent, Amount {

	}

	record Percent(int percent) implements Discount {
	}

	record Amount(long cents) implements Discount {
	}

	record DiscountedLine(Discount discount) {
	}

	@WalType("basket")
	record Basket(List<DiscountedLine> lines) {
	}

	@WalType("any")
	record AnyValue(Object value) {
	}

	@WalType("any-map")
	record AnyMap(Map<String, Object> values) {
	}

	@WalType("any-key")
	record AnyKey(Map<Object, String> values) {
	}

	@SuppressWarnings("rawtypes")
	@WalType("raw-list")
	record RawList(List values) {
	}

	@WalType("any-number")
	record AnyNumber(Number value) {
	}

	@WalType("box")
	static class Box<T extends Line2> {

		public T content;

	}

	static class Line2 {

	}

	@SuppressWarnings("rawtypes")
	@WalType("raw-box")
	record RawBox(Box box) {
	}

	static class GenericBox<T> {

		public T content;

	}

	@WalType("line-box")
	static class LineBox extends GenericBox<Line> {

	}

	@WalType("bad-shapes")
	record BadShapes(BadShape shape) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(Blob.class))
	interface BadShape {

	}

	record Blob(Object content) implements BadShape {
	}

	@WalType("no-constructor")
	static class NoConstructor {

		public final int count;

		NoConstructor(int count, String other) {
			this.count = count;
		}

	}

	@WalType("no-property")
	static class NoProperty {

		@SuppressWarnings("unused")
		private String lost = "lost";

	}

	@WalType("big")
	record Big(Map<String, BigInteger> values) {
	}

	@WalType("node")
	record Node(List<Node> children) {
	}

	@WalType("strict")
	record Strict(String text) {

		static final Strict MADE = new Strict("secret");

		static boolean refuse;

		Strict {
			if (refuse) {
				throw new IllegalStateException("secret");
			}
		}

	}

	private record Unchecked(WalCodec json) implements WalCodec {

		@Override
		public int id() {
			return 16;
		}

		@Override
		public boolean supports(Class<?> javaType) {
			return true;
		}

		@Override
		public byte[] encode(Object value) {
			return this.json.encode(value);
		}

		@Override
		public Object decode(ByteBuffer body, Class<?> javaType) {
			return this.json.decode(body, javaType);
		}

	}

}
