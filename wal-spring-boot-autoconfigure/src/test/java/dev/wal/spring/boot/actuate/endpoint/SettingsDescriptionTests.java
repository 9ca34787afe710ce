// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.actuate.endpoint;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.wal.FileSettings;
import dev.wal.LogSettings;
import dev.wal.RetentionPolicy;
import dev.wal.SyncPolicy;
import dev.wal.WalOptions;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SettingsDescription}.
 */
class SettingsDescriptionTests {

	private static final Set<String> NO_SETTINGS = Set.of("observer", "clock");

	private final WalOptions options = WriteAheadLog.builder(Path.of("data", "wal"))
		.owner("orders")
		.syncPolicy(SyncPolicy.interval(Duration.ofSeconds(1)))
		.options();

	@Test
	void everySettingIsShownAndNothingElse() {
		List<String> settings = Stream.of(LogSettings.class, FileSettings.class)
			.flatMap((type) -> Arrays.stream(type.getRecordComponents()))
			.map(RecordComponent::getName)
			.filter((name) -> !NO_SETTINGS.contains(name))
			.toList();
		assertThat(SettingsDescription.of(this.options.log(), this.options.files())).containsOnlyKeys(settings)
			.containsEntry("owner", "orders")
			.containsEntry("directory", Path.of("data", "wal").toString())
			.containsEntry("segmentSize", 64L << 20)
			.containsEntry("preallocate", true)
			.containsEntry("recoveryScan", "headers")
			.containsEntry("syncPolicy", Map.of("mode", "interval", "interval", "PT1S"))
			.containsEntry("retention", Map.of());
	}

	@Test
	void aNativeImageKeepsTheRecords() {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, WalEndpoint.class);
		assertThat(Stream.of(LogSettings.class, FileSettings.class, SyncPolicy.class, RetentionPolicy.class))
			.allSatisfy((type) -> assertThat(
					RuntimeHintsPredicates.reflection().onMethodInvocation(type.getRecordComponents()[0].getAccessor()))
				.accepts(hints));
	}

}
