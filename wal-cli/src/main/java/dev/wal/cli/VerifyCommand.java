// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import dev.wal.DamagedRange;
import dev.wal.LsnRange;
import dev.wal.SegmentInfo;
import dev.wal.TailState;
import dev.wal.tools.VerificationReport;
import dev.wal.tools.WalDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal verify}.
 */
@Command(name = "verify", description = "Read every byte of a log and say whether anything is wrong. Changes nothing.",
		exitCodeList = { "0:There is no damage and no torn tail. What was given up before is named as a gap.",
				"1:Acknowledged records are damaged, or the log ends with a torn tail (which opening it removes).",
				"2:The command could not be carried out." })
final class VerifyCommand implements Callable<Integer> {

	@Parameters(paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Option(names = "--json", description = "Print the verdict as JSON.")
	private boolean json;

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(java.util.Objects.requireNonNull(this.spec));
		long began = System.nanoTime();
		VerificationReport report;
		try (ProgressBar progress = new ProgressBar(console)) {
			report = WalDirectory.of(this.directory).verify(progress);
		}
		Duration duration = Duration.ofNanos(System.nanoTime() - began);
		if (this.json) {
			console.print(VerdictJson.of(this.directory, report, duration));
		}
		else {
			print(console, report, duration);
		}
		return exitCode(report);
	}

	static int exitCode(VerificationReport report) {
		return (report.isIntact() && isClean(report)) ? WalCommand.OK : WalCommand.DAMAGED;
	}

	private static boolean isClean(VerificationReport report) {
		return report.tail().kind() == TailState.Kind.CLEAN;
	}

	/**
	 * Return the verdict in one word.
	 */
	static String verdict(VerificationReport report) {
		if (!report.isIntact()) {
			return "damaged";
		}
		return isClean(report) ? "intact" : "torn";
	}

	private void print(Console console, VerificationReport report, Duration duration) {
		for (VerificationReport.Segment segment : report.segments()) {
			SegmentInfo info = segment.info();
			String problem = segment.problem();
			console.print("%s  %-24s %s  %s", info.fileName(), lsns(info), Units.count(segment.records(), "record"),
					(problem != null) ? console.bad("DAMAGED") : "ok");
		}
		printFindings(console, report);
		console.print("Read %s in %s (%s).", Units.bytes(report.bytes()), Units.seconds(duration),
				Units.rate(report.bytes(), duration));
	}

	private static String lsns(SegmentInfo info) {
		if (info.firstLsn().isNone() || info.firstLsn().isAfter(info.lastLsn())) {
			return "no LSN";
		}
		return "LSN " + info.firstLsn() + " to " + info.lastLsn();
	}

	/**
	 * Print the verdict, and where anything is wrong.
	 */
	static void printFindings(Console console, VerificationReport report) {
		String readable = Units.count(report.records(), "record") + " can be read";
		if (!report.isIntact()) {
			console.print("%s in %s; %s:", console.bad("DAMAGED"), Units.count(report.damage().size(), "place"),
					readable);
			for (DamagedRange range : report.damage()) {
				console.print("  %s", describe(range));
			}
		}
		TailState tail = report.tail();
		if (!isClean(report)) {
			console.print(
					"%s: %s ends at offset %d; the last %s are an unfinished write; nothing shows that it was acknowledged: %s.",
					console.doubtful("TORN"), tail.place(), tail.offset(), Units.count(tail.cutBytes(), "byte"),
					tail.reason());
			console.print("  Opening the log removes them and continues with LSN %s; %s.", tail.expectedLsn(),
					readable);
		}
		if (report.isIntact() && isClean(report)) {
			console.print("%s: %s, %s.", console.good("INTACT"), readable, report.firstLsn().isNone()
					? "last LSN " + report.lastLsn() : "LSN " + report.firstLsn() + " to " + report.lastLsn());
		}
		for (LsnRange gap : report.gaps()) {
			console.print("%s: %s missing; a corruption policy or a repair gave up %s.", console.doubtful("GAP"),
					(gap.count() == 1) ? "LSN " + gap.first() + " is"
							: "LSN " + gap.first() + " to " + gap.last() + " are",
					Units.count(gap.count(), "LSN"));
		}
	}

	static String describe(DamagedRange range) {
		return range.segment() + " at offset " + range.offset() + " (" + Units.count(range.length(), "byte") + "): "
				+ range.reason() + "; " + lost(range);
	}

	static String lost(DamagedRange range) {
		if (range.firstLsn().isNone()) {
			return "no record is lost";
		}
		return range.firstLsn().equals(range.lastLsn()) ? "LSN " + range.firstLsn() + " is lost"
				: "LSN " + range.firstLsn() + " to " + range.lastLsn() + " are lost";
	}

	/**
	 * Return how many LSNs are lost in all places together.
	 */
	static long lostCount(VerificationReport report) {
		return report.damage()
			.stream()
			.filter((range) -> !range.firstLsn().isNone())
			.mapToLong((range) -> range.lastLsn().value() - range.firstLsn().value() + 1)
			.sum();
	}

}
