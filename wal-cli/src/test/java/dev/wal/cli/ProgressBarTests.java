// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the progress of long work.
 */
class ProgressBarTests {

	private final StringWriter out = new StringWriter();

	private final AtomicLong now = new AtomicLong(12345);

	private ProgressBar bar(boolean terminal) {
		return new ProgressBar(new PrintWriter(this.out), terminal, this.now::get);
	}

	private void elapse(int millis) {
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	@Test
	@Tag("R100")
	void showsPartBytesAndRateAndWipesItself() {
		try (ProgressBar bar = bar(true)) {
			elapse(500);
			bar.read(256 << 20, 1 << 30);
			assertThat(this.out.toString())
				.isEqualTo("\r[#######-----------------------]  25 %  256.0 MiB of 1.0 GiB  512.0 MiB/s");
		}
		assertThat(this.out.toString()).endsWith(" \r");
	}

	@Test
	@Tag("R100")
	void isDrawnTenTimesASecondAtMost() {
		try (ProgressBar bar = bar(true)) {
			elapse(500);
			for (int i = 0; i < 1000; i++) {
				bar.read(i, 1000);
			}
			assertThat(this.out.toString().chars().filter((character) -> character == '\r')).hasSize(1);
			elapse(100);
			bar.read(1000, 1000);
			assertThat(this.out.toString().chars().filter((character) -> character == '\r')).hasSize(2);
		}
	}

	@Test
	@Tag("R100")
	void neverShowsMoreThanThereIs() {
		try (ProgressBar bar = bar(true)) {
			elapse(500);
			bar.read(1300, 1000);
			assertThat(this.out.toString()).contains("100 %", "1000 B of 1000 B");
		}
	}

	@Test
	@Tag("R100")
	void shortWorkAndPipesShowNothing() {
		try (ProgressBar bar = bar(true)) {
			elapse(100);
			bar.read(500, 1000);
		}
		try (ProgressBar bar = bar(false)) {
			elapse(5000);
			bar.read(500, 1000);
		}
		assertThat(this.out.toString()).isEmpty();
	}

}
