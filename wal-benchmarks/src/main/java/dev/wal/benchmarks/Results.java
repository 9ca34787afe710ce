// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All measurements of a run.
 */
final class Results {

	private final Map<String, Map<String, List<Measurement>>> workloads = new LinkedHashMap<>();

	private final Map<String, String> failures = new LinkedHashMap<>();

	void add(String workload, String cell, Measurement measurement) {
		turns(workload, cell).add(measurement);
	}

	/**
	 * Note that a cell could not be measured. Its other turns are of no use then.
	 */
	void fail(String workload, String cell, String reason) {
		turns(workload, cell).clear();
		this.failures.put(workload + "/" + cell, reason);
	}

	private List<Measurement> turns(String workload, String cell) {
		return this.workloads.computeIfAbsent(workload, (key) -> new LinkedHashMap<>())
			.computeIfAbsent(cell, (key) -> new ArrayList<>());
	}

	boolean hasFailed(String workload, String cell) {
		return this.failures.containsKey(workload + "/" + cell);
	}

	/**
	 * Return why cells could not be measured, by workload and cell.
	 */
	Map<String, String> failures() {
		return Map.copyOf(this.failures);
	}

	Set<String> cells(String workload) {
		return this.workloads.getOrDefault(workload, Map.of()).keySet();
	}

	/**
	 * Return a figure of a cell.
	 */
	Series series(String workload, String cell, Metric metric) {
		List<Measurement> turns = this.workloads.getOrDefault(workload, Map.of()).getOrDefault(cell, List.of());
		return new Series(turns.stream().map((turn) -> turn.get(metric)).toList());
	}

	/**
	 * Return a figure of one cell divided by that of another, turn by turn: the median of
	 * the ratios is steadier than the ratio of the medians, since what disturbs one cell
	 * of a turn mostly disturbs its neighbour, too.
	 */
	Series ratio(String workload, String cell, String base, Metric metric) {
		return series(workload, cell, metric).dividedBy(series(workload, base, metric));
	}

}
