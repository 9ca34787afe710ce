// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WriteAheadLog;
import dev.wal.message.MessageEnvelope;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.metrics.WalMeters;
import dev.wal.spring.message.WalCodec;
import dev.wal.spring.message.WalJsonMapperBuilderCustomizer;
import dev.wal.spring.message.WalMessage;
import dev.wal.spring.message.WalMessageConverter;
import dev.wal.spring.message.WalRevision;
import dev.wal.spring.message.WalTypeDefinitionException;
import dev.wal.spring.message.WalTypeException;
import dev.wal.spring.message.WalTypes;
import dev.wal.spring.message.WalTypesCustomizer;
import dev.wal.spring.message.WalUpcaster;
import dev.wal.types.after.OrderPlaced;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WalMessageConfigurations}: the types of an application.
 */
class WalTypesTests {

	private static final String TYPES = "dev.wal.types.";

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class))
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"));
	}

	private ApplicationContextRunner types(String packageName) {
		return this.runner.withPropertyValues("wal.types.packages=" + TYPES + packageName);
	}

	@Test
	@Tag("R22")
	@Tag("property:wal.types.packages")
	void theHistoryOfAClassThatWasMovedStillReads() {
		types("before")
			.run((context) -> context.getBean(WalTemplate.class).append(new dev.wal.types.before.OrderPlaced("17")));
		types("after").run((context) -> assertThat(read(context).value()).isEqualTo(new OrderPlaced("17")));
	}

	@Test
	void thePackagesOfTheApplicationAreSearched() {
		this.runner
			.withInitializer((context) -> AutoConfigurationPackages
				.register((BeanDefinitionRegistry) context.getBeanFactory(), TYPES + "after"))
			.run((context) -> assertThat(context.getBean(WalTypes.class).find("order.placed")).isPresent());
	}

	@Test
	void twoClassesOfOneNameFailTheStart() {
		this.runner.withPropertyValues("wal.types.packages=" + TYPES + "before," + TYPES + "after")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(WalTypeDefinitionException.class)
				.hasMessageContaining("'order.placed'"));
		assertThat(this.temp.resolve("wal")).doesNotExist();
	}

	@Test
	void aBadNameFailsTheStart() {
		types("badname").run((
				context) -> assertThat(context).hasFailed().getFailure().rootCause().hasMessageContaining("'Basket!'"));
	}

	@Test
	void aSealedPropertyWithoutTypeInformationFailsTheStart() {
		types("sealed").run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.isInstanceOf(WalTypeDefinitionException.class)
			.hasMessageContaining("basket v1: lines[].discount is an interface without @JsonTypeInfo"));
		assertThat(this.temp.resolve("wal")).doesNotExist();
	}

	@Test
	void theJsonSettingsOfTheApplicationChangeNothing() {
		ApplicationContextRunner plain = types("after");
		ApplicationContextRunner changed = types("after")
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
			.withBean(JacksonModule.class,
					() -> new SimpleModule("orders").addSerializer(OrderPlaced.class, ToStringSerializer.instance))
			.withBean(JsonMapperBuilderCustomizer.class,
					() -> (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE))
			.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE",
					"spring.jackson.default-property-inclusion=non_empty");
		Object order = new OrderPlaced("17");
		plain.run((context) -> context.getBean(WalTemplate.class).append(order));
		changed.run((context) -> {
			assertThat(context.getBean(JsonMapper.class).writeValueAsString(order)).isEqualTo("\"" + order + "\"");
			assertThat(read(context).value()).isEqualTo(order);
			context.getBean(WalTemplate.class).append(order);
		});
		plain.run((context) -> {
			assertThat(body(context, 1)).isEqualTo("{\"orderId\":\"17\"}");
			assertThat(body(context, 2)).isEqualTo(body(context, 1));
		});
	}

	@Test
	void itsOwnCustomizersChangeTheMapper() {
		types("after")
			.withBean(WalJsonMapperBuilderCustomizer.class,
					() -> (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
			.run((context) -> {
				context.getBean(WalTemplate.class).append(new OrderPlaced("17"));
				assertThat(body(context, 1)).isEqualTo("{\"order_id\":\"17\"}");
			});
	}

	@Test
	void theMapperOfTheLogIsNoBean() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(JsonMapper.class));
	}

	@Test
	@Tag("property:wal.types.skipped")
	@Tag("property:wal.types.unknown")
	void anUnknownNameStopsUnlessItIsSkipped() {
		WalTypesCustomizer other = (types) -> types.add(Other.class, "order.other", 1);
		this.runner.withBean(WalTypesCustomizer.class, () -> other)
			.run((context) -> context.getBean(WalTemplate.class).append(new Other("a")));
		this.runner.run((context) -> assertThatExceptionOfType(WalTypeException.class).isThrownBy(() -> read(context))
			.withMessageContaining("order.other v1"));
		for (String skip : new String[] { "wal.types.unknown=skip", "wal.types.skipped=order.o*" }) {
			this.runner.withConfiguration(AutoConfigurations.of(WalMetricsAutoConfiguration.class))
				.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
				.withPropertyValues(skip)
				.run((context) -> {
					try (Stream<WalMessage<?>> messages = context.getBean(WalTemplate.class).read(Lsn.FIRST)) {
						assertThat(messages).isEmpty();
					}
					MeterRegistry registry = context.getBean(MeterRegistry.class);
					context.getBeansOfType(MeterBinder.class).values().forEach((binder) -> binder.bindTo(registry));
					assertThat(registry.get(WalMeters.TYPES_UNREADABLE).functionCounter().count()).isEqualTo(1);
				});
		}
	}

	@Test
	void anUpcasterThatLeavesAGapFailsTheStart() {
		types("after").withBean(Renamed.class, () -> new Renamed(1))
			.run((context) -> assertThat(context).hasNotFailed());
		types("after").withBean(Renamed.class, () -> new Renamed(2))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(WalTypeDefinitionException.class)
				.hasMessageContaining("ends at order.placed v2"));
	}

	@Test
	void anUpcasterReadsWhatAnOlderReleaseWrote() {
		WalTypesCustomizer other = (types) -> types.add(Other.class, "order.old", 1);
		this.runner.withBean(WalTypesCustomizer.class, () -> other)
			.run((context) -> context.getBean(WalTemplate.class).append(new Other("17")));
		types("after").withBean(Renamed.class, () -> new Renamed(1))
			.run((context) -> assertThat(read(context).value()).isEqualTo(new OrderPlaced("17")));
	}

	@Test
	@Tag("property:wal.json.verify")
	void verificationIsASetting() {
		WalTypesCustomizer other = (types) -> types.add(Big.class, "big", 1);
		Big broken = new Big(new BigInteger("7".repeat(1001)));
		this.runner.withBean(WalTypesCustomizer.class, () -> other)
			.run((context) -> assertThatExceptionOfType(WalTypeException.class)
				.isThrownBy(() -> context.getBean(WalTemplate.class).append(broken))
				.withMessageContaining("could not be read back"));
		this.runner.withBean(WalTypesCustomizer.class, () -> other)
			.withPropertyValues("wal.json.verify=false")
			.run((context) -> assertThat(context.getBean(WalTemplate.class).append(broken)).isEqualTo(Lsn.FIRST));
	}

	@Test
	void withoutJacksonATypeNeedsACodec() {
		FilteredClassLoader noJackson = new FilteredClassLoader("tools.jackson");
		this.runner.withClassLoader(noJackson).run((context) -> {
			context.getBean(WalTemplate.class).append(WalMessage.of("text").type("note"));
			assertThat(read(context).value()).isEqualTo("text");
		});
		WalTypesCustomizer other = (types) -> types.add(Other.class, "order.other", 1);
		this.runner.withClassLoader(noJackson)
			.withBean(WalTypesCustomizer.class, () -> other)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("jackson-databind"));
		this.runner.withClassLoader(noJackson)
			.withBean(WalTypesCustomizer.class, () -> other)
			.withBean(WalCodec.class, OtherCodec::new)
			.run((context) -> assertThat(context.getBean(WalTemplate.class).append(new Other("a"))).isNotNull());
	}

	@Test
	void theConverterBacksOffToTheUsersOwn() {
		WalMessageConverter own = Mockito.mock(WalMessageConverter.class);
		this.runner.withBean(WalMessageConverter.class, () -> own)
			.run((context) -> assertThat(context).getBean(WalMessageConverter.class).isSameAs(own));
	}

	private static WalMessage<?> read(ApplicationContext context) {
		WriteAheadLog wal = context.getBean(WriteAheadLog.class);
		try (WalReader reader = wal.read(wal.lastLsn())) {
			return context.getBean(WalTemplate.class).read(reader.iterator().next());
		}
	}

	private static String body(ApplicationContext context, long lsn) {
		try (WalReader reader = context.getBean(WriteAheadLog.class).read(Lsn.of(lsn))) {
			return StandardCharsets.UTF_8.decode(MessageEnvelope.of(reader.iterator().next()).body()).toString();
		}
	}

	record Other(String orderId) {
	}

	record Big(BigInteger value) {
	}

	private record Renamed(int toVersion) implements WalUpcaster {

		@Override
		public String type() {
			return "order.old";
		}

		@Override
		public int fromVersion() {
			return 1;
		}

		@Override
		public String toType() {
			return "order.placed";
		}

		@Override
		public WalRevision upcast(WalRevision revision) {
			((ObjectNode) revision.body()).put("by", "upcaster");
			return revision.to("order.placed", 1);
		}

	}

	private static final class OtherCodec implements WalCodec {

		@Override
		public int id() {
			return 16;
		}

		@Override
		public boolean supports(Class<?> javaType) {
			return javaType == Other.class;
		}

		@Override
		public byte[] encode(Object value) {
			return ((Other) value).orderId().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public Object decode(ByteBuffer body, Class<?> javaType) {
			return new Other(StandardCharsets.UTF_8.decode(body).toString());
		}

	}

}
