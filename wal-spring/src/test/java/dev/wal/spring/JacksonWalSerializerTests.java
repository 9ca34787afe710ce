// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JacksonWalSerializer}.
 */
class JacksonWalSerializerTests {

	private final JacksonWalSerializer<Order> serializer = new JacksonWalSerializer<>(7, Order.class,
			JsonMapper.builder().build());

	@Test
	@Tag("R22")
	void whatWasWrittenIsReadBack() {
		Order order = new Order("ä€", 12, List.of("a", "b"), Instant.parse("2026-11-20T10:15:30.123456789Z"));
		byte[] payload = this.serializer.serialize(order);
		assertThat(this.serializer.type()).isEqualTo(7);
		assertThat(this.serializer.deserialize(ByteBuffer.wrap(payload))).isEqualTo(order);
		assertThat(this.serializer).hasToString("JacksonWalSerializer[type=7, " + Order.class.getName() + "]");
	}

	@Test
	void readingLeavesTheBufferAsItIs() {
		ByteBuffer payload = ByteBuffer.allocateDirect(100);
		payload.put(new byte[3]).put("{\"id\":\"x\",\"amount\":5}".getBytes(StandardCharsets.UTF_8)).flip().position(3);
		ByteBuffer readOnly = payload.asReadOnlyBuffer();
		assertThat(this.serializer.deserialize(readOnly)).isEqualTo(new Order("x", 5, null, null));
		assertThat(readOnly.position()).isEqualTo(3);
	}

	@Test
	void anErrorSaysWhereAndNeverWhat() {
		for (String payload : List.of("{\"amount\":\"secret\"}", "secret", "{\"id\":\"secret\"", "", "null")) {
			assertThatIllegalArgumentException()
				.isThrownBy(
						() -> this.serializer.deserialize(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8))))
				.withMessageContaining(Order.class.getName())
				.withMessageNotContaining("secret")
				.withNoCause();
		}
		assertThatIllegalArgumentException().isThrownBy(
				() -> new JacksonWalSerializer<>(1, Broken.class, JsonMapper.builder().build()).serialize(new Broken()))
			.withMessageContaining("Broken")
			.withMessageNotContaining("secret");
	}

	@Test
	void typesAreChecked() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new JacksonWalSerializer<>(256, Order.class, JsonMapper.builder().build()))
			.withMessageContaining("256");
	}

	record Order(String id, int amount, List<String> lines, Instant at) {
	}

	public static class Broken {

		public String getValue() {
			throw new IllegalStateException("secret");
		}

	}

}
