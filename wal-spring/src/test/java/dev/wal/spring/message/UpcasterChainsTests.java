// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.wal.spring.message.WalMessageConverter.SkippedTypes;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link UpcasterChains}.
 */
class UpcasterChainsTests {

	private final WalJson json = new WalJson(List.of(), true);

	private final WalTypes types = Converters.types(PlacedV3.class);

	@Test
	void aChainLeadsOverThreeVersionsAndARename() {
		WalMessageConverter first = Converters.json(CreatedV1.class);
		byte[] v1 = first
			.toPayload(WalMessage.of(new CreatedV1("17", new BigDecimal("0.10"))).header("a", "b").key("k"));
		byte[] v2 = Converters.json(CreatedV2.class).toPayload(new CreatedV2("18", new BigDecimal("1.50"), "EUR"));
		WalMessageConverter today = converter(currency(), renamed());
		WalMessage<?> message = Converters.read(today, v1);
		assertThat(message.value()).isEqualTo(new PlacedV3("17", new Money(new BigDecimal("0.10"), "EUR")));
		assertThat(message.type()).isEqualTo("order.placed");
		assertThat(message.version()).isEqualTo(3);
		assertThat(message.key()).isEqualTo("k");
		assertThat(message.headers()).isEqualTo(Map.of("a", "b"));
		assertThat(message.record().bytes()).isEqualTo(v1);
		assertThat(Converters.read(today, v2).value())
			.isEqualTo(new PlacedV3("18", new Money(new BigDecimal("1.50"), "EUR")));
	}

	@Test
	void aFormerNameTakesTheUpcastersOfTheNameOfToday() {
		WalTypes types = WalTypes.builder().add(PlacedV3.class, "order.placed", 3, "order.created").build();
		byte[] v1 = Converters.json(CreatedV1.class).toPayload(new CreatedV1("17", BigDecimal.ONE));
		WalUpcaster currency = upcaster("order.placed", 1, "order.placed", 2, currency()::upcast);
		WalUpcaster money = upcaster("order.placed", 2, "order.placed", 3, renamed()::upcast);
		WalMessageConverter today = Converters.of(types, this.json, SkippedTypes.NONE, currency, money);
		assertThat(Converters.read(today, v1).value()).isEqualTo(new PlacedV3("17", new Money(BigDecimal.ONE, "EUR")));
	}

	@Test
	void aGapIsFoundAtStart() {
		assertRejected("ends at order.created v2, but no class has the name 'order.created'", currency());
		assertRejected("ends at order.placed v2, but " + PlacedV3.class.getName() + " has version 3",
				upcaster("order.placed", 1, "order.placed", 2, WalRevision::next));
	}

	@Test
	void aForkIsFoundAtStart() {
		assertRejected("Two upcasters take order.created v2", currency(), renamed(), renamed());
	}

	@Test
	void aCycleIsFoundAtStart() {
		assertRejected("leads back", upcaster("a", 1, "b", 1, WalRevision::next),
				upcaster("b", 1, "a", 1, WalRevision::next));
		assertRejected("leads back", upcaster("a", 2, "a", 2, WalRevision::next));
	}

	@Test
	void anUpcasterOfTheVersionOfTodayIsRejected() {
		assertRejected("takes order.placed v3", upcaster("order.placed", 3, "order.placed", 4, WalRevision::next));
		assertRejected("ends at order.placed v4", upcaster("order.placed", 1, "order.placed", 4, WalRevision::next));
	}

	@Test
	void anUpcasterReturnsWhatItSays() {
		byte[] v1 = Converters.json(CreatedV1.class).toPayload(new CreatedV1("17", BigDecimal.ONE));
		WalMessageConverter today = converter(upcaster("order.created", 1, "order.placed", 3, WalRevision::next));
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> Converters.read(today, v1))
			.withMessageContaining("returned order.created v2 in the place of order.placed v3");
	}

	@Test
	void anUpcasterThatThrowsMakesTheRecordUnreadable() {
		byte[] v1 = Converters.json(CreatedV1.class).toPayload(new CreatedV1("17", BigDecimal.ONE));
		WalMessageConverter today = converter(upcaster("order.created", 1, "order.placed", 3, (revision) -> {
			throw new IllegalStateException("secret");
		}));
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> Converters.read(today, v1))
			.withMessageContaining("threw java.lang.IllegalStateException")
			.withMessageNotContaining("secret");
	}

	private void assertRejected(String problem, WalUpcaster... upcasters) {
		assertThatExceptionOfType(WalTypeDefinitionException.class).isThrownBy(() -> converter(upcasters))
			.withMessageContaining(problem);
	}

	private WalMessageConverter converter(WalUpcaster... upcasters) {
		return Converters.of(this.types, this.json, SkippedTypes.NONE, upcasters);
	}

	private static WalUpcaster currency() {
		return upcaster("order.created", 1, "order.created", 2, (revision) -> {
			((ObjectNode) revision.body()).put("currency", "EUR");
			return revision.next();
		});
	}

	private static WalUpcaster renamed() {
		return upcaster("order.created", 2, "order.placed", 3, (revision) -> {
			ObjectNode body = (ObjectNode) revision.body();
			ObjectNode price = body.putObject("price");
			price.set("amount", body.remove("amount"));
			price.set("currency", body.remove("currency"));
			return revision.withBody(body).to("order.placed", 3);
		});
	}

	private static WalUpcaster upcaster(String type, int fromVersion, String toType, int toVersion,
			UnaryOperator<WalRevision> change) {
		return new WalUpcaster() {

			@Override
			public String type() {
				return type;
			}

			@Override
			public int fromVersion() {
				return fromVersion;
			}

			@Override
			public String toType() {
				return toType;
			}

			@Override
			public int toVersion() {
				return toVersion;
			}

			@Override
			public WalRevision upcast(WalRevision revision) {
				return change.apply(revision);
			}

		};
	}

	@WalType("order.created")
	record CreatedV1(String id, BigDecimal amount) {
	}

	@WalType(value = "order.created", version = 2)
	record CreatedV2(String id, BigDecimal amount, String currency) {
	}

	@WalType(value = "order.placed", version = 3)
	record PlacedV3(String id, Money price) {
	}

	record Money(BigDecimal amount, String currency) {
	}

}
