// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.time.Duration;
import java.util.List;

import dev.wal.SyncPolicy;

/**
 * One thread whose records are forced every 100 ms, and not one by one.
 */
final class IntervalWorkload implements Workload {

	private static final String NAME = "interval";

	private static final double RECORDS = 4e6;

	private static final double OF_FLOOR = 0.6;

	private final Settings settings;

	private final Load load;

	IntervalWorkload(Settings settings, Load load) {
		this.settings = settings;
		this.load = load;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String description() {
		return "1 writer, 256 B, forced every 100 ms";
	}

	@Override
	public List<Cell> cells() {
		return List.of(cell(new BufferedFloor(this.settings.bufferedFloorBytes())),
				cell(WalSubject.with("wal",
						(builder) -> builder
							.syncPolicy(SyncPolicy.interval(Duration.ofMillis(BufferedFloor.INTERVAL_MILLIS))))),
				cell(WalSubject.with("wal, forThroughput()", (builder) -> builder.forThroughput())));
	}

	private Cell cell(Subject subject) {
		return new Cell(subject.name(), this.settings.cellSeconds() + 0.7, (directory) -> {
			try (Subject.Log log = subject.open(directory, AppendWorkload.PAYLOAD)) {
				return this.load.stream(log, AppendWorkload.PAYLOAD);
			}
		});
	}

	@Override
	public List<Row> rows(Results results) {
		double floor = results.series(NAME, "floor", Metric.RATE).median();
		return List.of(Row.atLeast("1 thread, interval 100 ms: records/s (4 million, or 0.6 of the floor's)",
				results.series(NAME, "wal", Metric.RATE), "/s", Math.min(RECORDS, OF_FLOOR * floor)));
	}

}
