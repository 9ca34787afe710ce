// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.EnumMap;
import java.util.Map;

import org.HdrHistogram.Histogram;

/**
 * What one turn of one cell gave. A figure that could not be had is absent, never 0: a
 * block device without a flush counter must not look like a log that never syncs.
 */
final class Measurement {

	private final Map<Metric, Double> values = new EnumMap<>(Metric.class);

	Measurement with(Metric metric, double value) {
		if (Double.isFinite(value)) {
			this.values.put(metric, value);
		}
		return this;
	}

	/**
	 * Add the percentiles of latencies in nanoseconds.
	 */
	Measurement with(Histogram latencies) {
		with(Metric.P50, latencies.getValueAtPercentile(50) / 1e3);
		with(Metric.P99, latencies.getValueAtPercentile(99) / 1e3);
		with(Metric.P999, latencies.getValueAtPercentile(99.9) / 1e3);
		return with(Metric.MAX, latencies.getMaxValue() / 1e3);
	}

	Measurement without(Metric metric) {
		this.values.remove(metric);
		return this;
	}

	/**
	 * Return a figure.
	 * @return its value, NaN if it could not be had
	 */
	double get(Metric metric) {
		return this.values.getOrDefault(metric, Double.NaN);
	}

	@Override
	public String toString() {
		return this.values.toString();
	}

}
