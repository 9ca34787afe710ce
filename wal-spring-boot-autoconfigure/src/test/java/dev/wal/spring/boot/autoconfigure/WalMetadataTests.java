// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata that IDEs and Spring Boot read.
 */
class WalMetadataTests {

	private final Map<String, JsonNode> properties = new TreeMap<>();

	private static final Set<String> WITHOUT_DEFAULT = Set.of("wal.owner", "wal.retention.max-segments",
			"wal.retention.max-size", "wal.retention.max-age", "wal.checkpoint.every-records",
			"wal.checkpoint.every-bytes", "wal.snapshot.directory", "wal.snapshot.every-records",
			"wal.snapshot.every-bytes");

	private final Map<String, JsonNode> hints = new TreeMap<>();

	@BeforeEach
	void setUp() throws IOException {
		try (InputStream in = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			// Those of other jars are found as well, but the module's own classes come
			// first.
			JsonNode metadata = new JsonMapper().readTree(in);
			metadata.get("properties")
				.forEach((property) -> this.properties.put(property.get("name").asString(), property));
			metadata.get("hints").forEach((hint) -> this.hints.put(hint.get("name").asString(), hint));
		}
	}

	@Test
	@Tag("R15")
	void everyPropertyIsDescribedWithItsDefaultAndNoOtherIs() {
		Set<String> expected = new TreeSet<>();
		collect("wal", WalProperties.class, expected);
		assertThat(this.properties.keySet().stream().filter((name) -> name.startsWith("wal.")))
			.containsExactlyInAnyOrderElementsOf(expected);
		this.properties.forEach((name, property) -> {
			assertThat(property.path("type").asString()).as(name).isNotBlank();
			String description = property.path("description").asString();
			assertThat(description).as(name).isNotBlank().doesNotContainIgnoringCase("default").endsWith(".");
			assertThat(description).as(name).doesNotStartWith("The ").doesNotStartWith("A ");
			if (!WITHOUT_DEFAULT.contains(name)) {
				assertThat(property.path("defaultValue").isMissingNode()).as(name).isFalse();
			}
		});
	}

	@Test
	void theSwitchesOfActuatorAreDescribed() {
		assertThat(this.properties).containsKeys("management.health.wal.enabled", "management.endpoint.wal.access",
				"management.endpoint.waltail.access", "management.endpoint.waltraces.access");
		assertThat(this.properties.get("management.endpoint.wal.access").get("defaultValue").asString())
			.isEqualTo("read_only");
	}

	@Test
	void everyValueOfAnEnumIsExplained() throws Exception {
		Set<String> explained = new HashSet<>();
		for (Map.Entry<String, JsonNode> entry : this.properties.entrySet()) {
			if (!entry.getKey().startsWith("wal.")) {
				continue;
			}
			Class<?> type = ClassUtils.forName(entry.getValue().get("type").asString(), getClass().getClassLoader());
			if (!type.isEnum()) {
				continue;
			}
			List<String> values = Stream.of(type.getEnumConstants())
				.map((value) -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.toList();
			JsonNode hint = this.hints.get(entry.getKey());
			assertThat(hint).as(entry.getKey()).isNotNull();
			assertThat(hint.get("values").valueStream().map((value) -> value.get("value").asString()))
				.containsExactlyInAnyOrderElementsOf(values);
			assertThat(hint.get("values").valueStream().map((value) -> value.get("description").asString()))
				.allSatisfy((description) -> assertThat(description).isNotBlank());
			explained.add(entry.getKey());
		}
		assertThat(explained).containsExactlyInAnyOrderElementsOf(this.hints.keySet());
	}

	@Test
	void everyAutoConfigurationIsRegistered() {
		List<String> own = ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("dev.wal."))
			.toList();
		assertThat(own).containsExactlyInAnyOrder(WalAutoConfiguration.class.getName(),
				WalEndpointAutoConfiguration.class.getName(), WalHealthContributorAutoConfiguration.class.getName(),
				WalMetricsAutoConfiguration.class.getName());
	}

	private static void collect(String prefix, Class<?> type, Set<String> names) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			if (component.getType().isRecord() && component.getType().getEnclosingClass() == WalProperties.class) {
				collect(name, component.getType(), names);
			}
			else {
				names.add(name);
			}
		}
	}

}
