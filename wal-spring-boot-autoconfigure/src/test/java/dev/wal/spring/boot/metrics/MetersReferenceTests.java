// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.wal.Lsn;
import dev.wal.WalRecord;
import dev.wal.spring.boot.ReferencePage;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalMetricsAutoConfiguration;
import dev.wal.spring.replay.WalSnapshotHandler;
import dev.wal.trace.TraceJournal;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Generates {@code docs/reference/meters.md} from the meters of a running log.
 */
class MetersReferenceTests {

	private static final List<String> SUFFIXES = List.of("", "_total", "_count", "_sum", "_max");

	@TempDir
	Path temp;

	@Test
	void thePageHasEveryMeter() {
		run((registry) -> {
			Map<String, Meter> meters = meters(registry);
			assertThat(meters.keySet()).isEqualTo(constants());
			StringBuilder page = new StringBuilder("""
					| meter | kind | unit | tags | in Prometheus | meaning |
					| --- | --- | --- | --- | --- | --- |
					""");
			Set<String> exported = exported(registry);
			for (Meter meter : meters.values()) {
				page.append(row(registry, meter, exported));
			}
			ReferencePage.of("meters.md").check(getClass(), page.toString());
		});
	}

	private static String row(PrometheusMeterRegistry registry, Meter meter, Set<String> exported) {
		Meter.Id id = meter.getId();
		assertThat(id.getDescription()).as(id.getName()).isNotBlank().doesNotEndWith(".");
		assertThat(id.getTag(WalMeters.TAG_WAL)).as(id.getName()).isEqualTo("writeAheadLog");
		return "| `%s` | %s | %s | %s | %s | %s |%n".formatted(id.getName(), kind(meter), unit(meter),
				id.getTags().stream().map(Tag::getKey).map((key) -> "`" + key + "`").collect(Collectors.joining(", ")),
				prometheus(registry, id, exported), id.getDescription());
	}

	private static String kind(Meter meter) {
		return switch (meter.getId().getType()) {
			case COUNTER -> "counter";
			case GAUGE -> "gauge";
			case TIMER -> "timer";
			case DISTRIBUTION_SUMMARY -> "distribution summary";
			default -> throw new IllegalStateException("No word for " + meter.getId().getType());
		};
	}

	private static String unit(Meter meter) {
		boolean time = meter instanceof TimeGauge || meter.getId().getType() == Meter.Type.TIMER;
		String unit = time ? "seconds" : meter.getId().getBaseUnit();
		return (unit != null) ? unit : "";
	}

	/** The first name in full, of the others what they add to it. */
	private static String prometheus(PrometheusMeterRegistry registry, Meter.Id id, Set<String> exported) {
		String base = id.getConventionName(registry.config().namingConvention());
		List<String> names = new ArrayList<>();
		for (String suffix : SUFFIXES) {
			if (exported.contains(base + suffix)) {
				names.add("`" + (names.isEmpty() ? base : "") + suffix + "`");
			}
		}
		assertThat(names).as(id.getName()).isNotEmpty();
		return String.join(", ", names);
	}

	private static Set<String> exported(PrometheusMeterRegistry registry) {
		return registry.scrape()
			.lines()
			.filter((line) -> !line.startsWith("#"))
			.map((line) -> line.replaceFirst("[{ ].*", ""))
			.collect(Collectors.toSet());
	}

	/** One of each name, in the order of the names. */
	private static Map<String, Meter> meters(PrometheusMeterRegistry registry) {
		Map<String, Meter> meters = new LinkedHashMap<>();
		for (String name : new TreeSet<>(
				registry.getMeters().stream().map((meter) -> meter.getId().getName()).toList())) {
			if (name.startsWith("wal.")) {
				meters.put(name, registry.get(name).meter());
			}
		}
		return meters;
	}

	private static Set<String> constants() throws IllegalAccessException {
		Set<String> names = new TreeSet<>();
		for (Field field : Stream.of(WalMeters.class, WalTraceMeters.class)
			.flatMap((type) -> Arrays.stream(type.getFields()))
			.toList()) {
			if (!field.getName().startsWith("TAG_")) {
				names.add((String) field.get(null));
			}
		}
		return names;
	}

	private void run(Check check) {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(WalAutoConfiguration.class, WalMetricsAutoConfiguration.class,
					MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
			.withBean(PrometheusMeterRegistry.class, () -> registry)
			.withBean(WalSnapshotHandler.class, Empty::new)
			.withPropertyValues("wal.directory=" + this.temp.resolve("wal"), "wal.segment-size=1MB",
					"wal.trace.enabled=true", "wal.replay.phase=before-web-server")
			.run((context) -> {
				context.getBean(TraceJournal.class).begin("order", null).run(1, () -> {
				});
				check.run(registry);
			});
	}

	private interface Check {

		void run(PrometheusMeterRegistry registry) throws Exception;

	}

	private static final class Empty implements WalSnapshotHandler {

		@Override
		public String snapshotName() {
			return "empty";
		}

		@Override
		public void onRecord(WalRecord record) {
		}

		@Override
		public Lsn writeSnapshot(OutputStream out) throws IOException {
			return Lsn.NONE;
		}

		@Override
		public void restoreSnapshot(InputStream in, Lsn lsn) {
		}

	}

}
