// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells what was measured: as text for people, as JSON for tools.
 */
final class Report {

	private final List<Workload> workloads;

	private final Results results;

	private final Map<String, Object> environment;

	Report(List<Workload> workloads, Results results, Map<String, Object> environment) {
		this.workloads = List.copyOf(workloads);
		this.results = results;
		this.environment = environment;
	}

	void print(PrintStream out) {
		out.println(this.environment);
		for (Workload workload : this.workloads) {
			printCells(workload, out);
		}
		List<String[]> lines = new ArrayList<>();
		lines.add(new String[] { "work", "measured (min to max)", "target", "met" });
		for (Workload workload : this.workloads) {
			for (Row row : workload.rows(this.results)) {
				lines.add(new String[] { row.work(), Figures.format(row.measured(), row.unit()), target(row),
						row.met() });
			}
		}
		if (lines.size() > 1) {
			out.println();
			print(lines, out);
		}
		this.results.failures().forEach((cell, reason) -> out.println("n/a: " + cell + ": " + reason));
	}

	private void printCells(Workload workload, PrintStream out) {
		Set<String> cells = this.results.cells(workload.name());
		List<Metric> metrics = new ArrayList<>();
		for (Metric metric : Metric.values()) {
			if (cells.stream().anyMatch((cell) -> !series(workload, cell, metric).isEmpty())) {
				metrics.add(metric);
			}
		}
		List<String[]> lines = new ArrayList<>();
		lines.add(line("", metrics.stream().map(Report::heading).toList()));
		for (String cell : cells) {
			lines.add(line(cell,
					metrics.stream()
						.map((metric) -> Figures.format(series(workload, cell, metric).median()))
						.toList()));
		}
		out.println();
		out.println(workload.name() + ": " + workload.description());
		print(lines, out);
	}

	private Series series(Workload workload, String cell, Metric metric) {
		return this.results.series(workload.name(), cell, metric);
	}

	static String heading(Metric metric) {
		return switch (metric) {
			case P50 -> "p50 us";
			case P99 -> "p99 us";
			case P999 -> "p99.9 us";
			case MAX -> "max us";
			case CPU -> "CPU us/op";
			case ALLOCATED -> "heap B/op";
			default -> metric.unit();
		};
	}

	private static String[] line(String first, List<String> others) {
		List<String> line = new ArrayList<>();
		line.add(first);
		line.addAll(others);
		return line.toArray(String[]::new);
	}

	private static String target(Row row) {
		return (row.atLeast() ? ">= " : "<= ") + Figures.format(row.bound())
				+ (row.unit().isEmpty() ? "" : " " + row.unit());
	}

	/**
	 * Print a table, the first column to the left and the others to the right.
	 */
	private static void print(List<String[]> lines, PrintStream out) {
		int[] widths = new int[lines.get(0).length];
		for (String[] line : lines) {
			for (int i = 0; i < line.length; i++) {
				widths[i] = Math.max(widths[i], line[i].length());
			}
		}
		for (String[] line : lines) {
			StringBuilder text = new StringBuilder();
			for (int i = 0; i < line.length; i++) {
				String space = " ".repeat(widths[i] - line[i].length());
				text.append((i == 0) ? line[i] + space : "  " + space + line[i]);
			}
			out.println(text);
		}
	}

	void writeJson(Path file) throws IOException {
		Map<String, Object> root = new LinkedHashMap<>();
		root.put("environment", this.environment);
		root.put("rows", this.workloads.stream().flatMap((workload) -> rows(workload).stream()).toList());
		root.put("workloads", this.workloads.stream().map(this::workload).toList());
		root.put("failures", this.results.failures());
		JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
		Files.writeString(file, mapper.writeValueAsString(root) + "\n");
	}

	private List<Map<String, Object>> rows(Workload workload) {
		List<Map<String, Object>> rows = new ArrayList<>();
		for (Row row : workload.rows(this.results)) {
			Map<String, Object> values = new LinkedHashMap<>();
			values.put("workload", workload.name());
			values.put("work", row.work());
			putAll(values, row.measured());
			values.put("unit", row.unit());
			values.put("bound", row.atLeast() ? "at least" : "at most");
			if (!Double.isNaN(row.bound())) {
				values.put("target", row.bound());
			}
			values.put("met", row.met());
			rows.add(values);
		}
		return rows;
	}

	private Map<String, Object> workload(Workload workload) {
		Map<String, Object> cells = new LinkedHashMap<>();
		for (String cell : this.results.cells(workload.name())) {
			Map<String, Object> metrics = new LinkedHashMap<>();
			for (Metric metric : Metric.values()) {
				Series series = series(workload, cell, metric);
				if (!series.isEmpty()) {
					Map<String, Object> values = new LinkedHashMap<>();
					putAll(values, series);
					values.put("unit", metric.unit());
					metrics.put(metric.name().toLowerCase(java.util.Locale.ROOT), values);
				}
			}
			cells.put(cell, metrics);
		}
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("name", workload.name());
		values.put("description", workload.description());
		values.put("cells", cells);
		return values;
	}

	private static void putAll(Map<String, Object> values, Series series) {
		if (!series.isEmpty()) {
			values.put("median", series.median());
			values.put("min", series.min());
			values.put("max", series.max());
			values.put("turns", series.values().stream().filter(Double::isFinite).toList());
		}
	}

}
