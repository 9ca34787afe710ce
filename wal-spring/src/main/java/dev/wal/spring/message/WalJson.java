// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.message;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.wal.message.MessageEnvelope;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of the log: a mapper of its own, the codec and the upcasters that use it.
 */
public final class WalJson {

	private static final String KOTLIN_MODULE = "tools.jackson.module.kotlin.KotlinModule";

	private final JsonMapper mapper;

	private final boolean verify;

	/**
	 * Create it.
	 * @param customizers change the mapper, in this order
	 * @param verify whether the bytes of each value are read back before it is appended
	 */
	public WalJson(Collection<? extends WalJsonMapperBuilderCustomizer> customizers, boolean verify) {
		JsonMapper.Builder builder = fixedSettings();
		customizers.forEach((customizer) -> customizer.customize(builder));
		this.mapper = builder.build();
		this.verify = verify;
	}

	/**
	 * Return the settings that records depend on. Each is named, also where it is what
	 * Jackson does today.
	 */
	private static JsonMapper.Builder fixedSettings() {
		JsonMapper.Builder builder = JsonMapper.builder()
			.enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
			.disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
			// An instant keeps its offset, and a zone its name.
			.disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
					DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			// The text of an enum may change; its name does so less easily.
			.disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
			.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			// No old record gets a 0 that nobody wrote.
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
					DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
		List<JacksonModule> found = MapperBuilder.findModules()
			.stream()
			.filter((module) -> module.getClass().getName().equals(KOTLIN_MODULE))
			.toList();
		return builder.addModules(found);
	}

	/**
	 * Return the codec.
	 * @return the codec, which takes values of any class
	 */
	public WalCodec codec() {
		return new JsonCodec(this.mapper, this.verify);
	}

	/**
	 * Put upcasters into chains.
	 * @param types the types that the chains end at
	 * @param upcasters the upcasters, in any order
	 * @return turns a message of an older version into one of today
	 * @throws WalTypeDefinitionException if a chain has a gap, a fork or a cycle
	 */
	public UnaryOperator<MessageEnvelope> upcasting(WalTypes types, Collection<? extends WalUpcaster> upcasters) {
		return new UpcasterChains(upcasters, types, this.mapper);
	}

}
