// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.wal.DamagedRange;
import dev.wal.TailState;
import dev.wal.tools.RepairReport;
import dev.wal.tools.VerificationReport;
import dev.wal.tools.WalDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal repair}.
 */
@Command(name = "repair",
		description = { "Repair a damaged or torn log and keep every record that can be read.",
				"Without --yes, only shows what it would do. Replaced and removed bytes are kept in side files." },
		exitCodeList = { "0:The log needs no repair, or was repaired.",
				"1:There is something to repair, and --yes is missing.", "2:The command could not be carried out." })
final class RepairCommand implements Callable<Integer> {

	@Parameters(paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Option(names = "--yes", description = "Do it. The log must not be open anywhere.")
	private boolean yes;

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		return this.yes ? repair(console) : explain(console);
	}

	private int explain(Console console) {
		VerificationReport report;
		try (ProgressBar progress = new ProgressBar(console)) {
			report = WalDirectory.of(this.directory).verify(progress);
		}
		VerifyCommand.printFindings(console, report);
		if (VerifyCommand.exitCode(report) == WalCommand.OK) {
			console.print("There is nothing to repair.");
			return WalCommand.OK;
		}
		console.print("Nothing was changed. With --yes,");
		if (!report.isIntact()) {
			String first = report.damage().get(0).segment();
			console.print("  - %s would be kept, with LSN and time; %s", Units.count(report.records(), "record"),
					lost(report, "would be given up"));
			if (report.damage().stream().anyMatch((range) -> range.segment().startsWith("wal-"))) {
				console.print("  - the log would be rewritten from %s on, and the replaced segments kept as *.damaged",
						first);
			}
		}
		if (report.tail().kind() != TailState.Kind.CLEAN) {
			console.print("  - the torn %s at the end would be removed, and kept in a *.torn file",
					Units.count(report.tail().cutBytes(), "byte"));
		}
		console.print("  - the log would open again under the default corruption policy.");
		return WalCommand.DAMAGED;
	}

	private int repair(Console console) {
		RepairReport report = WalDirectory.of(this.directory).repair();
		VerificationReport before = report.before();
		VerifyCommand.printFindings(console, before);
		if (VerifyCommand.exitCode(before) == WalCommand.OK) {
			console.print("There was nothing to repair.");
			return WalCommand.OK;
		}
		console.print("%s: %s kept; %s.", console.good("REPAIRED"), Units.count(report.after().records(), "record"),
				lost(before, "given up"));
		for (DamagedRange range : before.damage()) {
			if (!range.firstLsn().isNone()) {
				console.print("  given up: %s", VerifyCommand.lost(range));
			}
		}
		report.kept().forEach((name) -> console.print("  kept aside: %s", name));
		VerifyCommand.printFindings(console, report.after());
		return VerifyCommand.exitCode(report.after());
	}

	private static String lost(VerificationReport report, String verb) {
		long lost = VerifyCommand.lostCount(report);
		return (lost == 0) ? "no record " + verb : Units.count(lost, "LSN") + " " + verb;
	}

}
