// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import java.util.Map;

import dev.wal.WalConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Analyzes failures caused by a setting that cannot work, and shows where it was set.
 */
class WalConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<WalConfigurationException> {

	private static final String PREFIX = "wal.";

	/** The other setting that a limit involves. */
	private static final Map<String, String> SEE_ALSO = Map.of("preallocate", "wal.segment-size", "max-batch-size",
			"wal.max-record-size", "sync.interval", "wal.sync.mode", "replay.max-attempts", "wal.replay.on-error",
			"replay.backoff", "wal.replay.on-error", "trace.enabled", "wal.replay.enabled");

	private final @Nullable Environment environment;

	WalConfigurationFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalConfigurationException cause) {
		String name = PREFIX + cause.property();
		ConfigurationProperty property = find(name);
		StringBuilder description = new StringBuilder("The configuration property '").append(name)
			.append("' with the value '")
			.append((property != null) ? property.getValue() : cause.value())
			.append("'");
		if (property == null) {
			description.append(" (a default, or set by a WalBuilderCustomizer or a bean of the application)");
		}
		else if (property.getOrigin() != null) {
			description.append(" (originating from '").append(property.getOrigin()).append("')");
		}
		description.append(String.format(" was rejected:%n%n%s", cause.getMessage()));
		String seeAlso = SEE_ALSO.get(cause.property());
		return new FailureAnalysis(description.toString(),
				DocsPage.PROPERTIES.addTo("Correct or remove the property '" + name + "'"
						+ ((seeAlso != null) ? ", or change '" + seeAlso + "', on which it depends" : "") + "."),
				cause);
	}

	private @Nullable ConfigurationProperty find(String name) {
		if (this.environment == null) {
			return null;
		}
		ConfigurationPropertyName propertyName = ConfigurationPropertyName.of(name);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(propertyName);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

}
