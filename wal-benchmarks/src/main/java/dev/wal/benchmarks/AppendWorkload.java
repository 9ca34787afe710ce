// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Durable appends: a number of threads, each of which waits for its record to be on the
 * disk before it appends the next one.
 */
final class AppendWorkload implements Workload {

	static final int PAYLOAD = 256;

	static final int IN_FLIGHT = 4096;

	private final String name;

	private final String description;

	private final List<Cell> cells;

	private final Function<Results, List<Row>> rows;

	private AppendWorkload(String name, String description, List<Cell> cells, Function<Results, List<Row>> rows) {
		this.name = name;
		this.description = description;
		this.cells = List.copyOf(cells);
		this.rows = rows;
	}

	static AppendWorkload oneWriter(Settings settings, Load load) {
		List<Subject> subjects = new ArrayList<>();
		subjects.add(new BareFloor(settings.floorBytes()));
		subjects.add(WalSubject.withDefaults());
		subjects.add(new DirectFloor(settings.floorBytes()));
		addPeers(subjects, settings);
		String name = "append-1";
		return new AppendWorkload(name, "1 writer, 256 B, durable", cells(subjects, settings, load, 1, PAYLOAD),
				(results) -> List.of(
						Row.atMost("1 writer, durable: p50 / floor", results.ratio(name, "wal", "floor", Metric.P50),
								"", 1.08),
						Row.atMost("bytes allocated per append, 1 writer",
								results.series(name, "wal", Metric.ALLOCATED), "B", 32),
						Row.atMost("flushes per append, 1 writer (device counter)",
								results.series(name, "wal", Metric.FLUSHES), "", 1.0),
						Row.atMost("forces per append, 1 writer (log's own)",
								results.series(name, "wal", Metric.FORCES), "", 1.0)));
	}

	static AppendWorkload eightWriters(Settings settings, Load load) {
		List<Subject> subjects = manyWriters(settings);
		String name = "append-8";
		return new AppendWorkload(name, "8 writers, 256 B, durable", cells(subjects, settings, load, 8, PAYLOAD),
				(results) -> List.of(Row.atLeast("8 threads, durable: appends/s / floor's group commit",
						results.ratio(name, "wal", "floor", Metric.RATE), "", 0.95)));
	}

	/**
	 * With the log's own rates of 1 writer and of asynchronous appends among the cells,
	 * as both are compared with its rate of 64 writers.
	 */
	static AppendWorkload sixtyFourWriters(Settings settings, Load load) {
		List<Subject> subjects = manyWriters(settings);
		List<Cell> cells = new ArrayList<>(cells(subjects, settings, load, 64, PAYLOAD));
		WalSubject wal = WalSubject.withDefaults();
		cells.add(2, new Cell("wal, 1 writer", settings.cellSeconds(), (directory) -> {
			try (Subject.Log log = wal.open(directory, PAYLOAD)) {
				return load.closedLoop(log, 1, PAYLOAD);
			}
		}));
		cells.add(2, new Cell("wal, async", settings.cellSeconds(), (directory) -> {
			try (WalSubject.WalLog log = wal.open(directory, PAYLOAD)) {
				return load.pipeline(log, IN_FLIGHT, PAYLOAD);
			}
		}));
		String name = "append-64";
		return new AppendWorkload(name, "64 writers, 256 B, durable", cells,
				(results) -> List.of(
						Row.atLeast("64 threads, durable: appends/s / floor's group commit",
								results.ratio(name, "wal", "floor", Metric.RATE), "", 0.95),
						Row.atLeast("64 threads, durable: appends/s / 1 writer's",
								results.ratio(name, "wal", "wal, 1 writer", Metric.RATE), "", 18),
						Row.atLeast("1 thread, appendAsync, 4,096 in flight: rate / 64 threads'",
								results.ratio(name, "wal, async", "wal", Metric.RATE), "", 5),
						Row.atMost("bytes allocated per append, 64 writers",
								results.series(name, "wal", Metric.ALLOCATED), "B", 32),
						Row.atMost("flushes per append, 64 writers (device counter)",
								results.series(name, "wal", Metric.FLUSHES), "", 0.04),
						Row.atMost("forces per append, 64 writers (log's own)",
								results.series(name, "wal", Metric.FORCES), "", 0.04),
						Row.atMost("log bytes per payload byte, 256 B, 64 writers",
								results.series(name, "wal", Metric.AMPLIFICATION), "", 1.25)));
	}

	static AppendWorkload largeRecords(Settings settings, Load load) {
		int payload = 4096;
		List<Subject> subjects = manyWriters(settings);
		subjects.add(2, WalSubject.checkpointed());
		String name = "append-64-4k";
		return new AppendWorkload(name, "64 writers, 4 KiB, durable", cells(subjects, settings, load, 64, payload),
				(results) -> List.of(Row.atLeast("64 threads, 4 KiB: MB/s / floor's group commit",
						results.ratio(name, "wal", "floor", Metric.THROUGHPUT), "", 0.95)));
	}

	private static List<Subject> manyWriters(Settings settings) {
		List<Subject> subjects = new ArrayList<>();
		subjects.add(new GroupFloor(settings.floorBytes()));
		subjects.add(WalSubject.withDefaults());
		addPeers(subjects, settings);
		return subjects;
	}

	private static void addPeers(List<Subject> subjects, Settings settings) {
		if (settings.peers()) {
			subjects.addAll(peers());
		}
	}

	/**
	 * Return what else one could use, each with its strongest durable setting.
	 */
	static List<Subject> peers() {
		return List.of(new ArtemisSubject(), new RocksDbSubject(), new SqliteSubject());
	}

	private static List<Cell> cells(List<Subject> subjects, Settings settings, Load load, int threads, int payload) {
		List<Cell> cells = new ArrayList<>();
		for (Subject subject : subjects) {
			cells.add(new Cell(subject.name(), settings.cellSeconds(), (directory) -> {
				try (Subject.Log log = subject.open(directory, payload)) {
					return load.closedLoop(log, threads, payload);
				}
			}));
		}
		return cells;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String description() {
		return this.description;
	}

	@Override
	public List<Cell> cells() {
		return this.cells;
	}

	@Override
	public List<Row> rows(Results results) {
		return this.rows.apply(results);
	}

}
