package dev.wal.sample;

import java.nio.file.Path;
import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of the service itself; those of the log are below {@code wal}.
 *
 * @param dataDirectory where everything is kept that must survive
 * @param fulfilment what happens to orders that were accepted
 */
@Validated
@ConfigurationProperties("sample")
record SampleProperties(@NotNull @DefaultValue("./data") Path dataDirectory,
		@Valid @NotNull @DefaultValue Fulfilment fulfilment) {

	/**
	 * What happens to orders that were accepted.
	 *
	 * @param enabled whether they are reserved, charged and shipped
	 * @param nodeTime how long each of that takes
	 */
	record Fulfilment(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("20ms") Duration nodeTime) {

	}

}
