// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import dev.wal.trace.TraceJournal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds the gauges of {@link WalTraceMeters}. Reads the journal in memory, never the log.
 */
public class WalTraceMetrics implements MeterBinder {

	private final TraceJournal journal;

	private final Tags tags;

	/**
	 * Create the binder.
	 * @param journal the journal
	 * @param name the bean name of its log
	 */
	public WalTraceMetrics(TraceJournal journal, String name) {
		this.journal = journal;
		this.tags = Tags.of(WalMeters.TAG_WAL, name);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(registry, WalTraceMeters.INCOMPLETE, "Open traces, including suspended ones", TraceJournal::openCount);
		gauge(registry, WalTraceMeters.SUSPENDED, "Traces that wait for an external event",
				TraceJournal::suspendedCount);
		TimeGauge.builder(WalTraceMeters.OLDEST_AGE, this.journal, TimeUnit.MILLISECONDS, WalTraceMetrics::oldestAge)
			.description("Age of the oldest open trace")
			.tags(this.tags)
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<TraceJournal> value) {
		Gauge.builder(name, this.journal, value).description(description).tags(this.tags).register(registry);
	}

	private static double oldestAge(TraceJournal journal) {
		return journal.openTraces(1)
			.stream()
			.mapToDouble((trace) -> Math.max(0, Duration.between(trace.startedAt(), Instant.now()).toMillis()))
			.findFirst()
			.orElse(0);
	}

}
