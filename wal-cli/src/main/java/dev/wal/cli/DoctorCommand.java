// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.wal.tools.DiskCheck;
import dev.wal.tools.DiskReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal doctor}.
 */
@Command(name = "doctor",
		description = { "Check whether the disk below a directory keeps what it acknowledges, and how fast it is.",
				"Takes a few seconds, and 1 MiB in a file that is deleted at the end." },
		exitCodeList = { "0:No problem was found.", "1:A force does not protect what was written here.",
				"2:The command could not be carried out." })
final class DoctorCommand implements Callable<Integer> {

	@Parameters(paramLabel = "DIR", description = "A directory on the disk, such as that of the log.")
	private Path directory = Path.of("");

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		DiskReport report = DiskCheck.of(this.directory).run();
		console.print("%-12s %s", "file system", report.fileSystem());
		console.print("%-12s %s", "device", describe(report.device()));
		console.print("%s", console
			.heading(String.format("%-40s  %5s  %9s  %9s", "4 KiB written and forced", "times", "p50", "p99")));
		for (DiskReport.Latency latency : report.latencies()) {
			console.print("%-40s  %5d  %6.1f µs  %6.1f µs", latency.way(), latency.count(), micros(latency.p50()),
					micros(latency.p99()));
		}
		DiskReport.Flushes flushes = report.flushes();
		if (flushes != null) {
			console.print("%d flushes reached the device in %d forces as the log does them.", flushes.count(),
					flushes.forces());
		}
		console.print("%s",
				report.isTrusted()
						? console.good("TRUSTED") + ": no problem found. Only a real power cut could prove it."
						: console.bad("NOT TRUSTED") + ": do not keep here what must not be lost.");
		report.findings().forEach((finding) -> console.print("  - %s", finding.sentence()));
		return report.isTrusted() ? WalCommand.OK : WalCommand.DAMAGED;
	}

	private static String describe(DiskReport.@Nullable Device device) {
		return (device != null)
				? device.name() + ", cache: " + Objects.requireNonNullElse(device.writeCache(), "unknown") : "unknown";
	}

	private static double micros(Duration duration) {
		return duration.toNanos() / 1e3;
	}

}
