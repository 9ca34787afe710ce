// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Runs workloads turn by turn.
 */
final class Suite {

	private final Settings settings;

	private final List<Workload> workloads;

	private Suite(Settings settings, List<Workload> workloads) {
		this.settings = settings;
		this.workloads = List.copyOf(workloads);
	}

	/**
	 * Put together what the settings ask for.
	 * @throws IllegalArgumentException if they name a workload that there is not
	 */
	static Suite of(Settings settings, Device device) {
		Load load = new Load(settings, device);
		List<Workload> all = List.of(AppendWorkload.oneWriter(settings, load),
				AppendWorkload.eightWriters(settings, load), AppendWorkload.sixtyFourWriters(settings, load),
				AppendWorkload.largeRecords(settings, load), new IntervalWorkload(settings, load),
				new ReplayWorkload(settings), new OpenWorkload(settings), new RotationWorkload(settings, load),
				new GrowthWorkload(settings, load), new MemoryWorkload(settings),
				new CompressionWorkload(settings, device), new TypesWorkload(1, settings, load),
				new TypesWorkload(64, settings, load), new DesignWorkload("design-8", settings, load, 8, 256),
				new DesignWorkload("design-64", settings, load, 64, 256),
				new DesignWorkload("design-64-4k", settings, load, 64, 4096));
		List<String> names = all.stream().map(Workload::name).toList();
		for (String name : settings.only()) {
			if (!names.contains(name)) {
				throw new IllegalArgumentException("There is no workload '" + name + "', only " + names);
			}
		}
		return new Suite(settings,
				all.stream()
					.filter((workload) -> settings.only().isEmpty() || settings.only().contains(workload.name()))
					.toList());
	}

	List<Workload> workloads() {
		return this.workloads;
	}

	/**
	 * Run everything.
	 * @param directory exists, on the disk to be measured
	 * @param progressOf makes a progress line for a number of seconds
	 */
	Results run(Path directory, DoubleFunction<Progress> progressOf) throws IOException {
		Progress progress = progressOf.apply(this.workloads.stream().mapToDouble(this::seconds).sum());
		Results results = new Results();
		for (Workload workload : this.workloads) {
			Path prepared = Files.createDirectory(directory.resolve(workload.name()));
			progress.begin(workload.name() + ", preparing");
			try {
				workload.prepare(prepared);
				progress.end(workload.prepareSeconds());
				run(workload, prepared, results, progress);
			}
			catch (Exception | LinkageError ex) {
				results.fail(workload.name(), "all", String.valueOf(ex));
			}
			finally {
				Logs.delete(prepared);
			}
		}
		progress.finish();
		return results;
	}

	private double seconds(Workload workload) {
		return workload.prepareSeconds()
				+ this.settings.turns() * workload.cells().stream().mapToDouble(Cell::seconds).sum();
	}

	private void run(Workload workload, Path directory, Results results, Progress progress) throws IOException {
		List<Cell> cells = workload.cells();
		for (int turn = 0; turn < this.settings.turns(); turn++) {
			for (int i = 0; i < cells.size(); i++) {
				// There and back again: no cell always comes after the same one.
				Cell cell = cells.get((turn % 2 == 0) ? i : cells.size() - 1 - i);
				progress.begin(
						workload.name() + ", turn " + (turn + 1) + " of " + this.settings.turns() + ", " + cell.name());
				if (!results.hasFailed(workload.name(), cell.name())) {
					run(workload, cell, directory, results);
				}
				progress.end(cell.seconds());
			}
		}
	}

	private static void run(Workload workload, Cell cell, Path directory, Results results) throws IOException {
		Path empty = Files.createTempDirectory(directory, "cell");
		try {
			// What one cell leaves on the heap is not for the next one to collect.
			System.gc();
			results.add(workload.name(), cell.name(), cell.work().run(empty));
		}
		catch (Exception | LinkageError ex) {
			results.fail(workload.name(), cell.name(), String.valueOf(ex));
		}
		finally {
			Logs.delete(empty);
		}
	}

}
