// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.ReflectionUtils;

/**
 * The metadata that the annotation processor has written for the module, beside the
 * properties that the sources declare.
 */
final class ConfigurationMetadata {

	private final Map<String, JsonNode> properties = new LinkedHashMap<>();

	private final Map<String, JsonNode> hints = new LinkedHashMap<>();

	private ConfigurationMetadata(JsonNode metadata) {
		metadata.get("properties")
			.forEach((property) -> this.properties.put(property.get("name").asString(), property));
		metadata.get("hints").forEach((hint) -> this.hints.put(hint.get("name").asString(), hint));
	}

	static ConfigurationMetadata read() {
		// Those of other jars are found as well, but the module's own classes come first.
		try (InputStream in = ConfigurationMetadata.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return new ConfigurationMetadata(new JsonMapper().readTree(in));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Map<String, JsonNode> properties() {
		return this.properties;
	}

	Map<String, JsonNode> hints() {
		return this.hints;
	}

	/**
	 * Return the properties that {@link WalProperties} declares, in the order of its
	 * sources and by group.
	 */
	static Map<String, List<Declared>> declared() {
		Map<String, List<Declared>> groups = new LinkedHashMap<>();
		collect("wal", WalProperties.class, groups);
		return groups;
	}

	private static void collect(String prefix, Class<?> type, Map<String, List<Declared>> groups) {
		List<Declared> group = new ArrayList<>();
		groups.put(prefix, group);
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + name(type, component).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			if (component.getType().isRecord() && component.getType().getEnclosingClass() == WalProperties.class) {
				collect(name, component.getType(), groups);
			}
			else {
				group.add(new Declared(name, component.isAnnotationPresent(DefaultValue.class)));
			}
		}
	}

	/** A component cannot have every name that a property can. */
	private static String name(Class<?> type, RecordComponent component) {
		Field field = Objects.requireNonNull(ReflectionUtils.findField(type, component.getName()));
		Name name = field.getAnnotation(Name.class);
		return (name != null) ? name.value() : component.getName();
	}

	/**
	 * A property in the sources.
	 *
	 * @param name its name
	 * @param hasDefault whether it declares a default
	 */
	record Declared(String name, boolean hasDefault) {

	}

}
