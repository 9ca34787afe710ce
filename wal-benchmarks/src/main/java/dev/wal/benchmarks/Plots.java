package dev.wal.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
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
		bars("latency-1-writer", "1 writer, 256 B, durable", "microseconds", "append-1",
				List.of(Metric.P50, Metric.P99), files);
		bars("throughput-64-writers-4k", "64 writers, 4 KiB, durable", "MB/s", "append-64-4k",
				List.of(Metric.THROUGHPUT), files);
		throughput(files);
		return files;
	}

	private void bars(String file, String title, String axis, String workload, List<Metric> metrics, List<Path> files)
			throws IOException {
		List<String> cells = this.results.cells(workload)
			.stream()
			.filter((cell) -> !this.results.series(workload, cell, metrics.get(0)).isEmpty())
			.toList();
		if (cells.isEmpty()) {
			return;
		}
		CategoryChart chart = new CategoryChartBuilder().width(WIDTH)
			.height(HEIGHT)
			.title(title)
			.yAxisTitle(axis)
			.theme(ChartTheme.XChart)
			.build();
		chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
		chart.getStyler().setLegendVisible(metrics.size() > 1);
		for (Metric metric : metrics) {
			chart.addSeries((metric == Metric.P50) ? "p50" : (metric == Metric.P99) ? "p99" : metric.unit(), cells,
					cells.stream().map((cell) -> this.results.series(workload, cell, metric).median()).toList());
		}
		save(chart, file, files);
	}

	private void throughput(List<Path> files) throws IOException {
		Map<Integer, String> workloads = new LinkedHashMap<>();
		workloads.put(1, "append-1");
		workloads.put(8, "append-8");
		workloads.put(64, "append-64");
		XYChart chart = new XYChartBuilder().width(WIDTH)
			.height(HEIGHT)
			.title("256 B, durable: appends per second by number of writers")
			.xAxisTitle("writers")
			.yAxisTitle("appends/s")
			.theme(ChartTheme.XChart)
			.build();
		chart.getStyler().setXAxisLogarithmic(true);
		chart.getStyler().setYAxisLogarithmic(true);
		chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
		boolean drawn = false;
		for (String cell : this.results.cells("append-64")) {
			List<Integer> writers = new ArrayList<>();
			List<Double> rates = new ArrayList<>();
			workloads.forEach((count, workload) -> {
				Series series = this.results.series(workload, cell, Metric.RATE);
				if (!series.isEmpty()) {
					writers.add(count);
					rates.add(series.median());
				}
			});
			if (writers.size() > 1) {
				chart.addSeries(cell, writers, rates);
				drawn = true;
			}
		}
		if (drawn) {
			save(chart, "throughput-by-writers", files);
		}
	}

	private void save(IChart chart, String name, List<Path> files) throws IOException {
		Path file = this.directory.resolve(name + ".svg");
		ChartEncoder.saveChart(chart, file.toString(), "svg");
		files.add(file);
	}

}
