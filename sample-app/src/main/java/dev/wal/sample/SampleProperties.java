package dev.wal.sample;

import java.nio.file.Path;
import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of the service itself; those of the log are below {@code wal}.
 *
 * @param dataDirectory where everything is kept that must survive
 * @param snapshot when the state is saved
 * @param fulfilment what happens to orders that were accepted
 */
@Validated
@ConfigurationProperties("sample")
record SampleProperties(@NotNull @DefaultValue("./data") Path dataDirectory,
		@Valid @NotNull @DefaultValue Snapshot snapshot, @Valid @NotNull @DefaultValue Fulfilment fulfilment) {

	Path snapshotDirectory() {
		return this.dataDirectory.resolve("snapshots");
	}

	/**
	 * What happens to orders that were accepted.
	 *
	 * @param enabled whether they are reserved, charged and shipped
	 * @param nodeTime how long each of that takes
	 */
	record Fulfilment(@DefaultValue("true") boolean enabled, @NotNull @DefaultValue("20ms") Duration nodeTime) {

	}

	/**
	 * When the state is saved. A snapshot shortens the next replay and lets the log give
	 * up old segments; an order needs none to be safe.
	 *
	 * @param every how many new records make a snapshot due
	 * @param interval how long after the last snapshot a single new order makes one due
	 */
	record Snapshot(@Positive @DefaultValue("1000") int every, @NotNull @DefaultValue("30s") Duration interval) {

	}

}
