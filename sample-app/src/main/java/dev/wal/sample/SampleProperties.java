// SPDX-License-Identifier: Apache-2.0
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
 * @param dataDirectory the directory of all data of the service
 * @param fulfilment the fulfilment of accepted orders
 */
@Validated
@ConfigurationProperties("sample")
record SampleProperties(@NotNull @DefaultValue("./data") Path dataDirectory,
		@Valid @NotNull @DefaultValue Fulfilment fulfilment) {

	/**
	 * The fulfilment of accepted orders.
	 *
	 * @param enabled whether they are reserved, charged and shipped
	 * @param nodeTime the time that each of these steps takes
	 */
	record Fulfilment(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("20ms") Duration nodeTime) {

	}

}
