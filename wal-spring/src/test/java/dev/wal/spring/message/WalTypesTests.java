// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalTypes}.
 */
class WalTypesTests {

	@Test
	void aClassIsFoundByEachOfItsNames() {
		WalTypes types = Converters.types(Placed.class);
		WalTypes.Type placed = types.find("order.placed").orElseThrow();
		assertThat(placed.javaType()).isEqualTo(Placed.class);
		assertThat(placed).hasToString("order.placed v3");
		assertThat(types.find("order.created")).contains(placed);
		assertThat(types.find("order.cancelled")).isEmpty();
		assertThat(types.nameOf(Placed.class)).isEqualTo("order.placed");
		assertThat(types.all()).containsExactly(placed);
	}

	@Test
	void twoClassesOfOneNameAreRejected() {
		WalTypes.Builder types = WalTypes.builder().add(Placed.class);
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> types.add(String.class, "order.placed", 1))
			.withMessageContaining("'order.placed'")
			.withMessageContaining(Placed.class.getName())
			.withMessageContaining("java.lang.String");
	}

	@Test
	void aFormerNameInUseIsRejected() {
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Placed.class).add(Integer.class, "number", 1, "order.created"))
			.withMessageContaining("'order.created'");
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Placed.class).add(Integer.class, "order.created", 1))
			.withMessageContaining("'order.created'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Order", "order placed", "1order", "order_placed" })
	void aBadNameIsRejected(String name) {
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Integer.class, name, 1))
			.withMessageContaining("'" + name + "', a name of java.lang.Integer");
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Integer.class, "ok", 1, name));
	}

	@Test
	void aBadVersionIsRejected() {
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Integer.class, "a", 0));
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Integer.class, "a", 65_536));
	}

	@Test
	void onlyAClassThatValuesHaveIsNamed() {
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> WalTypes.builder().add(Map.class, "map", 1))
			.withMessageContaining("java.util.Map");
	}

	@Test
	void oneClassHasOneName() {
		WalTypes.Builder types = WalTypes.builder().add(Placed.class).add(Placed.class);
		assertThat(types.build().all()).hasSize(1);
		assertThatExceptionOfType(WalTypeDefinitionException.class)
			.isThrownBy(() -> types.add(Placed.class, "other", 1))
			.withMessageContaining("two names");
	}

	@Test
	void aClassWithoutANameCannotBeAppended() {
		assertThatExceptionOfType(WalTypeException.class)
			.isThrownBy(() -> Converters.types(Placed.class).nameOf(Integer.class))
			.withMessageContaining("java.lang.Integer")
			.withMessageContaining("Annotate it with @WalType");
		assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> Converters.types().nameOf(Placed.class))
			.withMessageContaining("wal.types.packages");
	}

	@Test
	void theKeyIsReadFromWhatIsMarked() {
		WalTypes types = Converters.types(Placed.class, FieldKey.class, GetterKey.class, NoKey.class);
		assertThat(types.keyOf(new Placed("17"), Placed.class)).isEqualTo("17");
		assertThat(types.keyOf(new FieldKey(), FieldKey.class)).isEqualTo("42");
		assertThat(types.keyOf(new GetterKey(), GetterKey.class)).isEqualTo("got");
		assertThat(types.keyOf(new NoKey(), NoKey.class)).isNull();
		assertThat(types.keyOf(new Placed(null), Placed.class)).isNull();
	}

	@Test
	void twoKeysAreRejected() {
		assertThatExceptionOfType(WalTypeDefinitionException.class).isThrownBy(() -> Converters.types(TwoKeys.class))
			.withMessageContaining("2 keys: a, b");
		assertThatExceptionOfType(WalTypeDefinitionException.class).isThrownBy(() -> Converters.types(StaticKey.class))
			.withMessageContaining("static");
		assertThatExceptionOfType(WalTypeDefinitionException.class).isThrownBy(() -> Converters.types(SetterKey.class))
			.withMessageContaining("no getter");
	}

	@WalType(value = "order.placed", version = 3, formerNames = "order.created")
	record Placed(@WalKey String id) {
	}

	@WalType("two-keys")
	record TwoKeys(@WalKey String a, @WalKey String b) {
	}

	@WalType("no-key")
	record NoKey() {
	}

	static class Base {

		@WalKey
		final long id = 42;

	}

	@WalType("field-key")
	static class FieldKey extends Base {

	}

	@WalType("getter-key")
	static class GetterKey {

		@WalKey
		String getName() {
			return "got";
		}

	}

	@WalType("static-key")
	static class StaticKey {

		@WalKey
		static final String KEY = "a";

	}

	@WalType("setter-key")
	static class SetterKey {

		@WalKey
		void setName(String name) {
		}

	}

}
