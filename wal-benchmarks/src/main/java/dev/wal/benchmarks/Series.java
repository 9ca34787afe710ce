// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * One figure over all turns.
 *
 * @param values one for each turn, NaN where there is none
 */
record Series(List<Double> values) {

	Series {
		values = List.copyOf(values);
	}

	Series dividedBy(Series base) {
		List<Double> ratios = new ArrayList<>();
		for (int i = 0; i < Math.min(this.values.size(), base.values.size()); i++) {
			ratios.add(this.values.get(i) / base.values.get(i));
		}
		return new Series(ratios);
	}

	private double[] sorted() {
		return this.values.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).sorted().toArray();
	}

	boolean isEmpty() {
		return sorted().length == 0;
	}

	/**
	 * Return the median, NaN if there is no value.
	 */
	double median() {
		double[] sorted = sorted();
		if (sorted.length == 0) {
			return Double.NaN;
		}
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	double min() {
		double[] sorted = sorted();
		return (sorted.length == 0) ? Double.NaN : sorted[0];
	}

	double max() {
		double[] sorted = sorted();
		return (sorted.length == 0) ? Double.NaN : sorted[sorted.length - 1];
	}

}
