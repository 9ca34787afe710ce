// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * 8 writers, once with a new segment every 4 MiB and once with segments that do not fill
 * up in that time. Runs longer than other cells: 1 append in 1,000 has to be many.
 */
final class RotationWorkload implements Workload {

	private static final String NAME = "rotation";

	private static final int WRITERS = 8;

	private static final int TIMES = 2;

	private final Settings settings;

	private final Load load;

	RotationWorkload(Settings settings, Load load) {
		this.settings = settings;
		this.load = load;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String description() {
		return "8 writers, 256 B, durable, a new segment every 4 MiB";
	}

	@Override
	public List<Cell> cells() {
		return List.of(cell(new GroupFloor(this.settings.floorBytes())),
				cell(WalSubject.with("wal, no rotation", (builder) -> builder.segmentSize(256 * Settings.MIB))),
				cell(WalSubject.with("wal, 4 MiB", (builder) -> builder.segmentSize(4 * Settings.MIB))));
	}

	private Cell cell(Subject subject) {
		Duration measure = this.settings.measure().multipliedBy(TIMES);
		return new Cell(subject.name(), this.settings.cellSeconds() + this.settings.measure().toMillis() / 1000.0,
				(directory) -> {
					try (Subject.Log log = subject.open(directory, AppendWorkload.PAYLOAD)) {
						return this.load.closedLoop(log, WRITERS, AppendWorkload.PAYLOAD, this.settings.warmUp(),
								measure);
					}
				});
	}

	@Override
	public List<Row> rows(Results results) {
		return List.of(Row.atMost("rotation every 4 MiB, 8 writers: p99.9 / without",
				results.ratio(NAME, "wal, 4 MiB", "wal, no rotation", Metric.P999), "", 1.5));
	}

}
