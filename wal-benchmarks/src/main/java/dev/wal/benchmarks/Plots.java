// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws what is best seen: the latency of one writer, the throughput by number of
 * writers, and the throughput of large records. Whatever was not measured is not drawn.
 */
final class Plots {

	private static final int WIDTH = 800;

	private static final int HEIGHT = 450;

	private final Results results;

	private final Path directory;

	Plots(Results results, Path directory) {
		this.results = results;
		this.directory = directory;
	}

	/**
	 * Draw everything.
	 * @return the files
	 */
	List<Path> write() throws IOException {
		// No display is needed, nor looked for.
		System.setProperty("java.awt.headless", "true");
		List<Path> files = new ArrayList<>();
		subjects("latency-1-writer", "1 writer, 256 B, durable", "microseconds", "append-1",
				List.of(Metric.P50, Metric.P99, Metric.P999), files);
		subjects("throughput-64-writers-4k", "64 writers, 4 KiB, durable", "MB/s", "append-64-4k",
				List.of(Metric.THROUGHPUT), files);
		throughput(files);
		return files;
	}

	private void subjects(String file, String title, String axis, String workload, List<Metric> metrics,
			List<Path> files) throws IOException {
		List<String> cells = this.results.cells(workload)
			.stream()
			.filter((cell) -> !this.results.series(workload, cell, metrics.get(0)).isEmpty())
			.toList();
		if (cells.isEmpty()) {
			return;
		}
		CategoryChart chart = chart(title, axis);
		// A bar begins at 0, which a logarithmic axis does not have.
		boolean bars = metrics.size() == 1;
		chart.getStyler().setYAxisLogarithmic(!bars);
		chart.getStyler()
			.setDefaultSeriesRenderStyle(bars ? CategorySeriesRenderStyle.Bar : CategorySeriesRenderStyle.Scatter);
		chart.getStyler().setOverlapped(!bars);
		chart.getStyler().setLegendVisible(!bars);
		for (Metric metric : metrics) {
			chart.addSeries(Report.heading(metric), cells,
					cells.stream().map((cell) -> this.results.series(workload, cell, metric).median()).toList());
		}
		save(chart, file, files);
	}

	private void throughput(List<Path> files) throws IOException {
		Map<String, String> workloads = new LinkedHashMap<>();
		workloads.put("1", "append-1");
		workloads.put("8", "append-8");
		workloads.put("64", "append-64");
		Map<String, String> measured = new LinkedHashMap<>();
		workloads.forEach((count, workload) -> {
			if (!this.results.cells(workload).isEmpty()) {
				measured.put(count, workload);
			}
		});
		CategoryChart chart = chart("256 B, durable: appends per second by number of writers", "appends/s");
		chart.setXAxisTitle("writers");
		chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
		chart.getStyler().setOverlapped(true);
		boolean drawn = false;
		for (String cell : this.results.cells("append-64")) {
			List<Double> rates = measured.values()
				.stream()
				.map((workload) -> this.results.series(workload, cell, Metric.RATE).median())
				.filter(Double::isFinite)
				.toList();
			if (rates.size() > 1 && rates.size() == measured.size()) {
				chart.addSeries(cell, List.copyOf(measured.keySet()), rates);
				drawn = true;
			}
		}
		if (drawn) {
			save(chart, "throughput-by-writers", files);
		}
	}

	private static CategoryChart chart(String title, String axis) {
		CategoryChart chart = new CategoryChartBuilder().width(WIDTH)
			.height(HEIGHT)
			.title(title)
			.yAxisTitle(axis)
			.theme(ChartTheme.XChart)
			.build();
		chart.getStyler().setChartBackgroundColor(Color.WHITE);
		// Dashes would make the file five times as large.
		chart.getStyler().setPlotGridLinesStroke(new BasicStroke(0.5F));
		chart.getStyler().setYAxisLogarithmic(true);
		chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
		return chart;
	}

	private void save(CategoryChart chart, String name, List<Path> files) throws IOException {
		Path file = this.directory.resolve(name + ".svg");
		ChartEncoder.saveChart(chart, file.toString(), "svg");
		files.add(file);
	}

}
