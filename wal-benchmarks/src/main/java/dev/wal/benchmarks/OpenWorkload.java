// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;

/**
 * Opens a large log in a new JVM: after it was closed, and after a crash. A crash is a
 * copy of the directory of a live log, its last segment half full, which is what a
 * process leaves that is gone from one moment to the next. The floor is a new JVM that
 * reads the last segment of that copy and computes a checksum.
 */
final class OpenWorkload implements Workload {

	private static final String NAME = "open";

	private static final int PAYLOAD = 1024;

	private static final int RECORDS_PER_BLOCK = 64;

	private static final double CLEAN_MILLIS = 30;

	private static final double CRASH_MILLIS = 100;

	private final Settings settings;

	private Path closed;

	private Path crashed;

	OpenWorkload(Settings settings) {
		this.settings = settings;
		this.closed = settings.directory();
		this.crashed = settings.directory();
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String description() {
		return "open a log of " + Settings.size(this.settings.openBytes()) + " in a new JVM";
	}

	@Override
	public void prepare(Path directory) throws Exception {
		this.closed = directory.resolve("closed");
		this.crashed = Files.createDirectory(directory.resolve("crashed"));
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.closed).open()) {
			Logs.fill(wal, this.settings.openBytes(), PAYLOAD, RECORDS_PER_BLOCK);
			long segment = wal.options().files().segmentSize();
			long tail = wal.segments().get(wal.segmentCount() - 1).length();
			if (tail < segment / 2) {
				Logs.fill(wal, Math.min(segment / 2 - tail, this.settings.openBytes()), PAYLOAD, RECORDS_PER_BLOCK);
			}
			Logs.copy(this.closed, this.crashed);
		}
	}

	@Override
	public double prepareSeconds() {
		return 10.0 * this.settings.openBytes() / Settings.GIB;
	}

	@Override
	public List<Cell> cells() {
		double copySeconds = 4.0 * this.settings.openBytes() / Settings.GIB;
		return List.of(new Cell("floor", 0.5, (directory) -> OpenProbe.run(OpenProbe.Mode.FLOOR, this.crashed)),
				new Cell("wal, closed", 0.8, (directory) -> OpenProbe.run(OpenProbe.Mode.CLOSE, this.closed)),
				new Cell("wal, crashed", 0.8 + copySeconds, (directory) -> {
					Logs.copy(this.crashed, directory);
					return OpenProbe.run(OpenProbe.Mode.HALT, directory);
				}));
	}

	@Override
	public List<Row> rows(Results results) {
		String size = Settings.size(this.settings.openBytes());
		return List.of(
				Row.atMost("open " + size + " after a clean close, beyond JVM start",
						results.series(NAME, "wal, closed", Metric.OPEN), "ms", CLEAN_MILLIS),
				Row.atMost("open " + size + " after a crash, beyond JVM start",
						results.series(NAME, "wal, crashed", Metric.OPEN), "ms", CRASH_MILLIS));
	}

}
