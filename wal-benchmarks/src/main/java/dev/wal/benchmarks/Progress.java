// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Says what runs and how much time is left. The estimate begins with what the workloads
 * expect, and is corrected by what they took so far.
 */
final class Progress {

	private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();

	private final PrintStream out;

	private final boolean terminal;

	private final double total;

	private final long began = System.nanoTime();

	private double done;

	private long lastLine;

	/**
	 * Create a progress line.
	 * @param terminal whether a line can be overwritten; otherwise there is one every few
	 * seconds
	 * @param total about how many seconds all takes
	 */
	Progress(PrintStream out, boolean terminal, double total) {
		this.out = out;
		this.terminal = terminal;
		this.total = total;
		this.lastLine = this.began - LINE_NANOS;
	}

	/**
	 * Something begins.
	 */
	void begin(String what) {
		long now = System.nanoTime();
		double elapsed = (now - this.began) / 1e9;
		double factor = (this.done > 0) ? elapsed / this.done : 1;
		String line = String.format(Locale.ROOT, "%3.0f %%, %s left: %s", 100 * this.done / this.total,
				clock((this.total - this.done) * factor), what);
		if (this.terminal) {
			this.out.printf("\r%-100.100s", line);
			this.out.flush();
		}
		else if (now - this.lastLine >= LINE_NANOS) {
			this.out.println(line);
			this.lastLine = now;
		}
	}

	private static String clock(double seconds) {
		long whole = Math.max(0, Math.round(seconds));
		return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
	}

	/**
	 * Something ended.
	 * @param seconds how long it was expected to take
	 */
	void end(double seconds) {
		this.done += seconds;
	}

	/**
	 * All is done.
	 */
	void finish() {
		if (this.terminal) {
			this.out.printf("\r%100s\r", "");
		}
		this.out.printf(Locale.ROOT, "Took %s min.%n", clock((System.nanoTime() - this.began) / 1e9));
		this.out.flush();
	}

}
