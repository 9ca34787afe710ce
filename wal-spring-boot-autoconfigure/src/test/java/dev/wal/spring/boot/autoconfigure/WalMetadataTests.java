// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.wal.spring.boot.autoconfigure.ConfigurationMetadata.Declared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata that IDEs and Spring Boot read.
 */
class WalMetadataTests {

	private final ConfigurationMetadata metadata = ConfigurationMetadata.read();

	@Test
	@Tag("R15")
	void everyPropertyIsDescribedWithItsDefaultAndNoOtherIs() {
		List<Declared> declared = ConfigurationMetadata.declared().values().stream().flatMap(List::stream).toList();
		assertThat(this.metadata.properties().keySet().stream().filter((name) -> name.startsWith("wal.")))
			.containsExactlyInAnyOrderElementsOf(declared.stream().map(Declared::name).toList());
		for (Declared property : declared) {
			JsonNode described = this.metadata.properties().get(property.name());
			assertThat(described.path("type").asString()).as(property.name()).isNotBlank();
			if (property.hasDefault()) {
				assertThat(described.path("defaultValue").isMissingNode()).as(property.name()).isFalse();
			}
		}
		this.metadata.properties()
			.forEach((name, property) -> assertThat(property.path("description").asString()).as(name)
				.isNotBlank()
				.doesNotContainIgnoringCase("default")
				.endsWith(".")
				.doesNotStartWith("The ")
				.doesNotStartWith("A "));
	}

	@Test
	void theSwitchesOfActuatorAreDescribed() {
		assertThat(this.metadata.properties()).containsKeys("management.health.wal.enabled",
				"management.endpoint.wal.access", "management.endpoint.waltail.access",
				"management.endpoint.waltraces.access");
		assertThat(this.metadata.properties().get("management.endpoint.wal.access").get("defaultValue").asString())
			.isEqualTo("read_only");
	}

	@Test
	void everyValueOfAnEnumIsExplained() throws Exception {
		Set<String> explained = new HashSet<>();
		for (Map.Entry<String, JsonNode> entry : this.metadata.properties().entrySet()) {
			if (!entry.getKey().startsWith("wal.")) {
				continue;
			}
			String name = entry.getValue().get("type").asString().replaceFirst("<.*", "");
			Class<?> type = ClassUtils.forName(name, getClass().getClassLoader());
			if (!type.isEnum()) {
				continue;
			}
			List<String> values = Stream.of(type.getEnumConstants())
				.map((value) -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.toList();
			JsonNode hint = this.metadata.hints().get(entry.getKey());
			assertThat(hint).as(entry.getKey()).isNotNull();
			assertThat(hint.get("values").valueStream().map((value) -> value.get("value").asString()))
				.containsExactlyInAnyOrderElementsOf(values);
			assertThat(hint.get("values").valueStream().map((value) -> value.get("description").asString()))
				.allSatisfy((description) -> assertThat(description).isNotBlank());
			explained.add(entry.getKey());
		}
		assertThat(explained).containsExactlyInAnyOrderElementsOf(this.metadata.hints().keySet());
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

}
