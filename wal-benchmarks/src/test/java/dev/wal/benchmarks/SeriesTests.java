// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SeriesTests {

	@Test
	void medianOfOddAndEvenCounts() {
		assertThat(new Series(List.of(3.0, 1.0, 2.0)).median()).isEqualTo(2);
		assertThat(new Series(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
		assertThat(new Series(List.of()).median()).isNaN();
	}

	@Test
	void whatWasNotMeasuredIsLeftOut() {
		Series series = new Series(List.of(Double.NaN, 5.0));

		assertThat(series.median()).isEqualTo(5);
		assertThat(series.min()).isEqualTo(5);
		assertThat(new Series(List.of(Double.NaN)).isEmpty()).isTrue();
	}

	@Test
	void ratiosAreTakenTurnByTurn() {
		Series ratio = new Series(List.of(2.0, 30.0, 4.0)).dividedBy(new Series(List.of(1.0, 10.0, 4.0)));

		assertThat(ratio.values()).containsExactly(2.0, 3.0, 1.0);
	}

	@Test
	void aRowIsMetByItsMedian() {
		Series series = new Series(List.of(0.9, 1.0, 1.3));

		assertThat(Row.atLeast("work", series, "", 1).met()).isEqualTo("yes");
		assertThat(Row.atLeast("work", series, "", 1.1).met()).isEqualTo("NO");
		assertThat(Row.atMost("work", series, "", 0.9).met()).isEqualTo("NO");
		assertThat(Row.atMost("work", series, "", Double.NaN).met()).isEqualTo("n/a");
		assertThat(Row.atMost("work", new Series(List.of()), "", 1).met()).isEqualTo("n/a");
	}

}
