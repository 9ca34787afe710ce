// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.wal.spring.boot.ReferencePage;
import dev.wal.spring.boot.autoconfigure.ConfigurationMetadata.Declared;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Generates {@code docs/reference/properties.md} from the metadata of the properties, and
 * tests that each property has an effect.
 */
class PropertiesReferenceTests {

	/** A test with the tag {@code property:wal.segment-size} shows what it does. */
	private static final Pattern TAG = Pattern.compile("@Tag\\(\"property:([a-z.-]+)\"\\)");

	private static final List<String> OF_ACTUATOR = List.of("management.health.wal.enabled",
			"management.endpoint.wal.access", "management.endpoint.waltail.access",
			"management.endpoint.waltraces.access");

	private final ConfigurationMetadata metadata = ConfigurationMetadata.read();

	@Test
	void thePageHasEveryProperty() throws IOException {
		StringBuilder page = new StringBuilder();
		ConfigurationMetadata.declared()
			.forEach((group, properties) -> section(page, group, properties.stream().map(Declared::name).toList()));
		section(page, "management", OF_ACTUATOR);
		ReferencePage.of("properties.md").check(getClass(), page.toString());
	}

	@Test
	void aTestShowsTheEffectOfEachProperty() throws IOException {
		Set<String> expected = new TreeSet<>(OF_ACTUATOR);
		ConfigurationMetadata.declared()
			.values()
			.forEach((group) -> group.forEach((property) -> expected.add(property.name())));
		assertThat(taggedProperties()).isEqualTo(expected);
	}

	private static Set<String> taggedProperties() throws IOException {
		Set<String> tagged = new TreeSet<>();
		try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
			for (Path file : files.filter((path) -> path.toString().endsWith("Tests.java")).toList()) {
				TAG.matcher(Files.readString(file))
					.results()
					.map((MatchResult tag) -> tag.group(1))
					.forEach(tagged::add);
			}
		}
		return tagged;
	}

	private void section(StringBuilder page, String group, List<String> names) {
		page.append(page.isEmpty() ? "" : "\n").append("## `").append(group).append(".*`\n\n");
		page.append("| property | type | default | meaning |\n| --- | --- | --- | --- |\n");
		for (String name : names) {
			JsonNode property = this.metadata.properties().get(name);
			assertThat(property).as("metadata of %s", name).isNotNull();
			JsonNode value = property.path("defaultValue");
			page.append("| `%s` | %s | %s | %s |%n".formatted(name, type(name, property.get("type").asString()),
					value.isMissingNode() ? "" : "`" + value.asString() + "`",
					property.path("description").asString()));
		}
		for (String name : names) {
			JsonNode hint = this.metadata.hints().get(name);
			if (hint != null) {
				page.append("\n| `%s` | meaning |%n| --- | --- |%n".formatted(name));
				hint.get("values")
					.forEach((value) -> page.append("| `%s` | %s |%n".formatted(value.get("value").asString(),
							value.get("description").asString())));
			}
		}
	}

	private String type(String name, String type) {
		Map<String, String> words = Map.of("java.lang.Boolean", "boolean", "java.lang.Integer", "number",
				"java.lang.Long", "number", "java.lang.String", "text", "java.util.List<java.lang.String>", "list",
				"java.time.Duration", "duration", "org.springframework.util.unit.DataSize", "size",
				"org.springframework.boot.actuate.endpoint.Access", "access");
		return name.endsWith(".directory") ? "path"
				: this.metadata.hints().containsKey(name) ? "choice" : words.get(type);
	}

}
