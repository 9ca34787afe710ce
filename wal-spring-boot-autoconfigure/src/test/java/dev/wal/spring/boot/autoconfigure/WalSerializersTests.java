// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalSerializer;
import dev.wal.WriteAheadLog;
import dev.wal.spring.JacksonWalSerializer;
import dev.wal.spring.WalTemplate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WalSerializers}: the beans that the template is made of.
 */
class WalSerializersTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"));
	}

	@Test
	@Tag("R22")
	void eachBeanServesTheClassThatItDeclares() {
		this.runner.withUserConfiguration(Serializers.class).run((context) -> {
			WalTemplate template = context.getBean(WalTemplate.class);
			template.append(new Placed("a"));
			template.append(new Cancelled("a"));
			template.append("text");
			List<Object> values = new ArrayList<>();
			try (WalReader reader = context.getBean(WriteAheadLog.class).read(Lsn.FIRST)) {
				reader.forEach((record) -> values.add(template.read(record)));
			}
			assertThat(values).containsExactly(new Placed("a"), new Cancelled("a"), "text");
		});
	}

	@Test
	void twoSerializersOfOneTypeFailTheStart() {
		this.runner.withUserConfiguration(SameType.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("record type 5"));
	}

	@Test
	void twoSerializersOfOneClassFailTheStart() {
		this.runner.withBean("one", JacksonWalSerializer.class, () -> placed(1))
			.withBean("two", JacksonWalSerializer.class, () -> placed(2))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'two'")
				.hasMessageContaining(Placed.class.getName()));
	}

	@Test
	void aSerializerOfUnknownValuesFailsTheStart() {
		this.runner.withUserConfiguration(Raw.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'raw'")
				.hasMessageContaining("WalSerializer<YourType>"));
	}

	private static JacksonWalSerializer<Placed> placed(int type) {
		return new JacksonWalSerializer<>(type, Placed.class, JsonMapper.builder().build());
	}

	record Placed(String id) {
	}

	record Cancelled(String id) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Serializers {

		@Bean
		WalSerializer<Placed> placed() {
			return WalSerializersTests.placed(1);
		}

		// The value class is known to the instance where the method does not tell it.
		@Bean
		WalSerializer<?> cancelled() {
			return new JacksonWalSerializer<>(2, Cancelled.class, JsonMapper.builder().build());
		}

		@Bean
		WalSerializer<String> text() {
			return WalSerializer.utf8(3);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SameType {

		@Bean
		WalSerializer<Placed> placed() {
			return WalSerializersTests.placed(5);
		}

		@Bean
		WalSerializer<Cancelled> cancelled() {
			return new JacksonWalSerializer<>(5, Cancelled.class, JsonMapper.builder().build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Raw {

		@Bean
		WalSerializer<?> raw() {
			return new WalSerializer<Object>() {

				@Override
				public int type() {
					return 1;
				}

				@Override
				public byte[] serialize(Object value) {
					return new byte[0];
				}

				@Override
				public Object deserialize(ByteBuffer payload) {
					return payload;
				}

			};
		}

	}

}
