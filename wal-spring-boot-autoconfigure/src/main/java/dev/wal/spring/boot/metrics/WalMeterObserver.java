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
 * Times appends and forces, and measures group commits. Costs an append one recording
 * each; everything else is taken from the log's own statistics by {@link WalMetrics}.
 * <p>
 * Knows no registry until it is bound to one, so that the log may be created before or
 * after it. What happens before is not timed.
 */
public class WalMeterObserver implements WalObserver, MeterBinder {

	private final String name;

	private final List<Meters> bound = new CopyOnWriteArrayList<>();

	/**
	 * Create an observer.
	 * @param name the name of the bean of the log
	 */
	public WalMeterObserver(String name) {
		this.name = name;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.add(new Meters(
				Timer.builder(WalMeters.APPEND)
					.description("Calls that appended, the wait for the force included")
					.tag(WalMeters.TAG_WAL, this.name)
					.register(registry),
				Timer.builder(WalMeters.FORCE)
					.description("Forces of segment data")
					.tag(WalMeters.TAG_WAL, this.name)
					.register(registry),
				DistributionSummary.builder(WalMeters.BATCH_RECORDS)
					.description("Records written by one group commit")
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
