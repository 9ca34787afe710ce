// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.wal.Lsn;
import dev.wal.trace.TraceObserver;
import dev.wal.trace.TraceRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Counts traces and times their nodes. Needs no registry until it is bound to one, so the
 * journal may be created before or after the registry.
 */
public class WalTraceMeterObserver implements TraceObserver, MeterBinder {

	private final Tags tags;

	private final List<Meters> bound = new CopyOnWriteArrayList<>();

	/**
	 * Create an observer.
	 * @param name the bean name of the log
	 */
	public WalTraceMeterObserver(String name) {
		this.tags = Tags.of(WalMeters.TAG_WAL, name);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.add(new Meters(registry, counter(registry, WalTraceMeters.STARTED, "Started traces"),
				counter(registry, WalTraceMeters.COMPLETED, "Completed traces"),
				counter(registry, WalTraceMeters.FAILED, "Traces that were given up")));
	}

	private Counter counter(MeterRegistry registry, String name, String description) {
		return Counter.builder(name).description(description).tags(this.tags).register(registry);
	}

	@Override
	public void written(Lsn lsn, TraceRecord entry) {
		for (Meters meters : this.bound) {
			switch (entry.type()) {
				case TRACE_START -> meters.started.increment();
				case TRACE_COMPLETE -> meters.completed.increment();
				case TRACE_FAILED -> meters.failed.increment();
				default -> {
					// Not counted.
				}
			}
		}
	}

	@Override
	public void nodeRan(@Nullable String name, long nodeId, boolean completed, long nanos) {
		for (Meters meters : this.bound) {
			Timer.builder(WalTraceMeters.NODE)
				.description("Time of nodes, without the time to write their records")
				.tags(this.tags)
				.tag(WalTraceMeters.TAG_NAME, (name != null) ? name : "none")
				.tag(WalTraceMeters.TAG_NODE, Long.toString(nodeId))
				.tag(WalTraceMeters.TAG_OUTCOME, completed ? "completed" : "failed")
				.register(meters.registry)
				.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	private record Meters(MeterRegistry registry, Counter started, Counter completed, Counter failed) {
	}

}
