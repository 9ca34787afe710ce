package dev.wal.spring.boot.autoconfigure;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.wal.Lsn;
import dev.wal.LsnRange;
import dev.wal.WalReader;
import dev.wal.WalRecord;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WalTemplate} and the serializer beans that it is made of.
 */
class WalTemplateTests {

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
	void valuesComeBackByTheirType() throws Exception {
		this.runner.withUserConfiguration(Serializers.class).run((context) -> {
			WalTemplate template = context.getBean(WalTemplate.class);
			assertThat(template.append(new Placed("a"))).isEqualTo(Lsn.of(1));
			assertThat(template.append("text")).isEqualTo(Lsn.of(2));
			assertThat(template.appendAll(List.of(new Placed("b"), "more", new Cancelled("b"))))
				.isEqualTo(new LsnRange(Lsn.of(3), Lsn.of(5)));
			assertThat(template.appendAsync(new Cancelled("a")).join()).isEqualTo(Lsn.of(6));
			assertThat(template.appendAll(List.of())).isEqualTo(LsnRange.EMPTY);
			List<Object> values = new ArrayList<>();
			List<Integer> types = new ArrayList<>();
			try (WalReader reader = context.getBean(WriteAheadLog.class).read(Lsn.FIRST)) {
				for (WalRecord record : reader) {
					values.add(template.read(record));
					types.add(record.type());
				}
			}
			assertThat(values).containsExactly(new Placed("a"), "text", new Placed("b"), "more", new Cancelled("b"),
					new Cancelled("a"));
			assertThat(types).containsExactly(1, 3, 1, 3, 2, 2);
		});
	}

	@Test
	@Tag("R22")
	void aRecordOfAnUnknownTypeIsDeliveredRaw() {
		this.runner.withUserConfiguration(Serializers.class).run((context) -> {
			WriteAheadLog wal = context.getBean(WriteAheadLog.class);
			wal.append(99, "raw".getBytes(StandardCharsets.UTF_8));
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				WalRecord record = reader.iterator().next();
				assertThat(context.getBean(WalTemplate.class).read(record)).isSameAs(record);
				assertThat(record.type()).isEqualTo(99);
				assertThat(record.toText()).isEqualTo("raw");
			}
		});
	}

	@Test
	void aValueWithoutASerializerIsRefusedWithItsBatch() {
		this.runner.withUserConfiguration(Serializers.class).run((context) -> {
			WalTemplate template = context.getBean(WalTemplate.class);
			assertThatIllegalArgumentException().isThrownBy(() -> template.append(42))
				.withMessageContaining("java.lang.Integer")
				.withMessageContaining("WalSerializer");
			assertThatIllegalArgumentException().isThrownBy(() -> template.appendAll(List.of("text", 42)));
			assertThat(context.getBean(WriteAheadLog.class).lastLsn()).isEqualTo(Lsn.NONE);
		});
	}

	@Test
	void aSerializerServesSubclassesUnlessSeveralDo() {
		WriteAheadLog wal = WriteAheadLog.temporary().open();
		WalSerializer<String> text = WalSerializer.utf8(1);
		WalSerializer<CharSequence> sequence = new WalSerializer<>() {

			@Override
			public int type() {
				return 1;
			}

			@Override
			public byte[] serialize(CharSequence value) {
				return text.serialize(value.toString());
			}

			@Override
			public CharSequence deserialize(java.nio.ByteBuffer payload) {
				return text.deserialize(payload);
			}

		};
		try (wal) {
			assertThat(new WalTemplate(wal, Map.of(CharSequence.class, sequence)).append(CharBuffer.wrap("x")))
				.isEqualTo(Lsn.FIRST);
			WalTemplate ambiguous = new WalTemplate(wal,
					Map.of(CharSequence.class, sequence, Comparable.class, WalSerializer.utf8(2)));
			assertThatIllegalArgumentException().isThrownBy(() -> ambiguous.append("x"))
				.withMessageContaining("Several serializers");
		}
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
	void aSerializerOfUnknownValuesFailsTheStart() {
		this.runner.withUserConfiguration(Raw.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'raw'")
				.hasMessageContaining("WalSerializer<YourType>"));
	}

	record Placed(String id) {
	}

	record Cancelled(String id) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Serializers {

		private final JsonMapper mapper = JsonMapper.builder().build();

		@Bean
		WalSerializer<Placed> placed() {
			return new JacksonWalSerializer<>(1, Placed.class, this.mapper);
		}

		// The value class is known to the instance where the method does not tell it.
		@Bean
		WalSerializer<?> cancelled() {
			return new JacksonWalSerializer<>(2, Cancelled.class, this.mapper);
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
			return new JacksonWalSerializer<>(5, Placed.class, JsonMapper.builder().build());
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
				public Object deserialize(java.nio.ByteBuffer payload) {
					return payload;
				}

			};
		}

	}

}
