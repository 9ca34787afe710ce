// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

import dev.wal.tools.VerificationProgress;

/**
 * One line of a terminal that shows how far a verification has come, and how fast. It is
 * drawn only when the work takes longer than a blink, and wiped at the end.
 */
final class ProgressBar implements VerificationProgress, AutoCloseable {

	private static final long FIRST = Duration.ofMillis(200).toNanos();

	private static final long EVERY = Duration.ofMillis(100).toNanos();

	private static final int WIDTH = 30;

	private final PrintWriter out;

	private final boolean terminal;

	private final LongSupplier nanoTime;

	private final long began;

	private long nextAt;

	private int drawn;

	ProgressBar(Console console) {
		this(console.err(), console.isTerminal(), System::nanoTime);
	}

	ProgressBar(PrintWriter out, boolean terminal, LongSupplier nanoTime) {
		this.out = out;
		this.terminal = terminal;
		this.nanoTime = nanoTime;
		this.began = nanoTime.getAsLong();
		this.nextAt = FIRST;
	}

	@Override
	public void read(long bytes, long total) {
		long elapsed = this.nanoTime.getAsLong() - this.began;
		if (!this.terminal || elapsed < this.nextAt) {
			return;
		}
		this.nextAt = elapsed + EVERY;
		long done = Math.min(bytes, total);
		double part = (total > 0) ? (double) done / total : 1;
		int filled = (int) (part * WIDTH);
		String line = String.format(Locale.ROOT, "[%s%s] %3.0f %%  %s of %s  %s", "#".repeat(filled),
				"-".repeat(WIDTH - filled), part * 100, Units.bytes(done), Units.bytes(total),
				Units.rate(bytes, Duration.ofNanos(elapsed)));
		this.out.print("\r" + line + " ".repeat(Math.max(0, this.drawn - line.length())));
		this.out.flush();
		this.drawn = line.length();
	}

	@Override
	public void close() {
		if (this.drawn > 0) {
			this.out.print("\r" + " ".repeat(this.drawn) + "\r");
			this.out.flush();
		}
	}

}
