// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.wal.WalObserver;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Times appends and forces, and measures group commits. Each of them costs one recording.
 * {@link WalMetrics} reads all other meters from the statistics of the log.
 * <p>
 * Needs no registry until it is bound to one, so the log may be created before or after
 * the registry. Earlier appends and forces are not timed.
 */
public class WalMeterObserver implements WalObserver, MeterBinder {

	private final String name;

	private final List<Meters> bound = new CopyOnWriteArrayList<>();

	/**
	 * Create an observer.
	 * @param name the bean name of the log
	 */
	public WalMeterObserver(String name) {
		this.name = name;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.add(new Meters(
				Timer.builder(WalMeters.APPEND)
					.description("Time of append calls, including the wait for the force")
					.tag(WalMeters.TAG_WAL, this.name)
					.register(registry),
				Timer.builder(WalMeters.FORCE)
					.description("Time of forces of segment data")
					.tag(WalMeters.TAG_WAL, this.name)
					.register(registry),
				DistributionSummary.builder(WalMeters.BATCH_RECORDS)
					.description("Number of records in a group commit")
					.tag(WalMeters.TAG_WAL, this.name)
					.register(registry)));
	}

	@Override
	public void appended(int records, long bytes, long nanos) {
		for (Meters meters : this.bound) {
			meters.append.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void written(int records, int bytes, long nanos) {
		for (Meters meters : this.bound) {
			meters.batchRecords.record(records);
		}
	}

	@Override
	public void forced(long nanos) {
		for (Meters meters : this.bound) {
			meters.force.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	private record Meters(Timer append, Timer force, DistributionSummary batchRecords) {
	}

}
