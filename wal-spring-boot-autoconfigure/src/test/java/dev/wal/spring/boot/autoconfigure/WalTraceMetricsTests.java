// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.autoconfigure;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import dev.wal.spring.boot.metrics.WalTraceMeters;
import dev.wal.trace.Trace;
import dev.wal.trace.TraceJournal;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the meters of the journal of traces.
 */
class WalTraceMetricsTests {

	@TempDir
	Path temp;

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalMetricsAutoConfiguration.class,
					MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=1MB",
					"wal.trace.enabled=true", "wal.replay.phase=before-web-server");
	}

	@Test
	@Tag("R97")
	void everyDocumentedMeterIsThereAndNoOther() {
		this.runner.run((context) -> {
			context.getBean(TraceJournal.class).begin("order", null).run(1, () -> assertThat(context).isNotNull());
			Set<String> actual = new TreeSet<>();
			for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
				if (meter.getId().getName().startsWith("wal.trace.")) {
					actual.add(meter.getId().getName());
					assertThat(meter.getId().getTag("wal")).as(meter.getId().getName()).isEqualTo("writeAheadLog");
					assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank();
				}
			}
			Set<String> documented = new TreeSet<>();
			for (Field field : WalTraceMeters.class.getFields()) {
				if (!field.getName().startsWith("TAG_")) {
					documented.add((String) field.get(null));
				}
			}
			assertThat(actual).isEqualTo(documented);
		});
		this.runner.withPropertyValues("wal.trace.enabled=false")
			.run((context) -> assertThat(context.getBean(MeterRegistry.class).find(WalTraceMeters.STARTED).meter())
				.isNull());
	}

	@Test
	@Tag("R97")
	void metersFollowTheTraces() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			TraceJournal journal = context.getBean(TraceJournal.class);
			Trace first = journal.begin("order", null);
			first.run(1, () -> assertThat(registry.get(WalTraceMeters.INCOMPLETE).gauge().value()).isEqualTo(1));
			assertThatIllegalStateException().isThrownBy(() -> first.run(2, () -> {
				throw new IllegalStateException("no");
			}));
			first.complete();
			journal.begin("order", null).fail("no");
			journal.begin("order", null).suspend(1, null);
			assertThat(registry.get(WalTraceMeters.STARTED).counter().count()).isEqualTo(3);
			assertThat(registry.get(WalTraceMeters.COMPLETED).counter().count()).isEqualTo(1);
			assertThat(registry.get(WalTraceMeters.FAILED).counter().count()).isEqualTo(1);
			assertThat(registry.get(WalTraceMeters.INCOMPLETE).gauge().value()).isEqualTo(1);
			assertThat(registry.get(WalTraceMeters.SUSPENDED).gauge().value()).isEqualTo(1);
			assertThat(registry.get(WalTraceMeters.OLDEST_AGE).timeGauge().value(TimeUnit.SECONDS)).isBetween(0.0,
					600.0);
			assertThat(registry.get(WalTraceMeters.NODE)
				.tag(WalTraceMeters.TAG_NAME, "order")
				.tag(WalTraceMeters.TAG_NODE, "1")
				.tag(WalTraceMeters.TAG_OUTCOME, "completed")
				.timer()
				.count()).isEqualTo(1);
			assertThat(registry.get(WalTraceMeters.NODE).tag(WalTraceMeters.TAG_OUTCOME, "failed").timer().count())
				.isEqualTo(1);
		});
	}

}
