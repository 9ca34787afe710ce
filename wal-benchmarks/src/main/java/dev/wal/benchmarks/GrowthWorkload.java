// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;

/**
 * The same appends and the same opening on a small log and on large ones: what a log
 * costs must not depend on how much is in it. Logs are opened after a clean close; what
 * opening costs after a crash depends on the last segment alone.
 */
final class GrowthWorkload implements Workload {

	private static final String NAME = "growth";

	private static final int PAYLOAD = 1024;

	/** Blocks of 1 MiB, so that filling does not take minutes. */
	private static final int RECORDS_PER_BLOCK = 1000;

	/**
	 * How much a figure may differ and still count as flat; single runs differ by that
	 * much on a quiet machine.
	 */
	private static final double FLAT = 1.25;

	private final Settings settings;

	private final Load load;

	private Path logs;

	GrowthWorkload(Settings settings, Load load) {
		this.settings = settings;
		this.load = load;
		this.logs = settings.directory();
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String description() {
		return "cost of append (1 writer, 256 B) and open by size of the log";
	}

	@Override
	public void prepare(Path directory) {
		this.logs = directory;
		for (long bytes : this.settings.growthBytes()) {
			// Written once, and so not filled with zeros before.
			try (LocalWriteAheadLog wal = WriteAheadLog.builder(log(bytes)).preallocate(false).open()) {
				Logs.fill(wal, bytes, PAYLOAD, RECORDS_PER_BLOCK);
			}
		}
	}

	private Path log(long bytes) {
		return this.logs.resolve(String.valueOf(bytes));
	}

	@Override
	public double prepareSeconds() {
		return this.settings.growthBytes().stream().mapToLong(Long::longValue).sum() * 4.0 / Settings.GIB;
	}

	@Override
	public List<Cell> cells() {
		List<Cell> cells = new ArrayList<>();
		cells.add(new Cell("floor", this.settings.cellSeconds(), (directory) -> {
			try (Subject.Log log = new BareFloor(this.settings.floorBytes()).open(directory, AppendWorkload.PAYLOAD)) {
				return this.load.closedLoop(log, 1, AppendWorkload.PAYLOAD);
			}
		}));
		for (long bytes : this.settings.growthBytes()) {
			cells.add(new Cell(cell(bytes), this.settings.cellSeconds() + 0.7, (directory) -> {
				Measurement opened = OpenProbe.run(OpenProbe.Mode.CLOSE, log(bytes));
				try (Subject.Log log = WalSubject.withDefaults().open(log(bytes), AppendWorkload.PAYLOAD)) {
					return this.load.closedLoop(log, 1, AppendWorkload.PAYLOAD)
						.with(Metric.OPEN, opened.get(Metric.OPEN))
						.with(Metric.OPEN_APPEND, opened.get(Metric.OPEN_APPEND));
				}
			}));
		}
		return cells;
	}

	private static String cell(long bytes) {
		return "wal, " + Settings.size(bytes);
	}

	@Override
	public List<Row> rows(Results results) {
		List<Row> rows = new ArrayList<>();
		long small = this.settings.growthBytes().get(0);
		for (long bytes : this.settings.growthBytes()) {
			if (bytes != small) {
				String sizes = Settings.size(bytes) + " / " + Settings.size(small);
				rows.add(Row.atMost("append p50 at " + sizes, results.ratio(NAME, cell(bytes), cell(small), Metric.P50),
						"", FLAT));
				rows.add(Row.atMost("open time at " + sizes, results.ratio(NAME, cell(bytes), cell(small), Metric.OPEN),
						"", FLAT));
			}
		}
		return rows;
	}

}
