// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;
import dev.wal.migrate.LegacyDamagedException;
import dev.wal.migrate.LegacyFileReport;
import dev.wal.migrate.LegacyFinding;
import dev.wal.migrate.LegacyFormatException;
import dev.wal.migrate.LegacyImport;
import dev.wal.migrate.LegacyImportReport;
import dev.wal.migrate.LegacyLayout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal import}.
 */
@Command(name = "import",
		description = { "Take over the records of an older log: xerv, walogs (version 1 and 2), wavekv or allsource.",
				"The older log, which has to be closed, is never changed." },
		exitCodeList = { "0:Everything was imported (or, with --check, could be).",
				"1:The older log is damaged; what was imported, if anything, depends on --on-damage.",
				"2:The command could not be carried out." })
final class ImportCommand implements Callable<Integer> {

	@Parameters(index = "0", paramLabel = "SOURCE",
			description = "The directory of the older log, or the file of a wavekv node.")
	private Path source = Path.of("");

	@Parameters(index = "1", paramLabel = "TARGET", arity = "0..1",
			description = "The directory of the new log, to which nothing was ever appended; not needed with --check.")
	private @Nullable Path target;

	@Option(names = "--layout", paramLabel = "LAYOUT",
			description = "${COMPLETION-CANDIDATES}; told by the file names unless it is given.")
	private @Nullable LegacyLayout layout;

	@Option(names = "--on-damage", paramLabel = "fail|truncate|skip", defaultValue = "fail",
			description = "Import nothing, what is before the damage, or all that can be read (${DEFAULT-VALUE}).")
	private @Nullable CorruptionPolicy onDamage;

	@Option(names = "--node", paramLabel = "ID", description = "The node that a wavekv log has to belong to.")
	private @Nullable Long node;

	@Option(names = "--owner", paramLabel = "NAME", description = "Who the new log belongs to.")
	private @Nullable String owner;

	@Option(names = "--check", description = "Only read the older log, and report.")
	private boolean check;

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		LegacyImport legacy = legacy();
		LegacyImportReport found = legacy.inspect();
		if (this.check) {
			print(console, found);
			return exitCode(found);
		}
		if (this.target == null) {
			throw new IllegalArgumentException("Name the directory of the new log, or add --check.");
		}
		if (this.onDamage == CorruptionPolicy.FAIL && !found.isIntact()) {
			// Before there is a new log at all.
			print(console, found);
			throw new LegacyDamagedException(found);
		}
		LegacyImportReport report;
		try (LocalWriteAheadLog log = WriteAheadLog.builder(this.target).owner(this.owner).open()) {
			report = legacy.into(log);
		}
		print(console, report);
		console.print("Imported as LSN %s of %s, the records that tell of the origin included.", report.imported(),
				this.target);
		return exitCode(report);
	}

	private LegacyImport legacy() {
		LegacyImport legacy = LegacyImport.of((this.layout != null) ? this.layout : detect(), this.source);
		if (this.onDamage != null) {
			legacy.onDamage(this.onDamage);
		}
		return (this.node != null) ? legacy.node(this.node) : legacy;
	}

	private LegacyLayout detect() {
		List<LegacyLayout> possible = new ArrayList<>();
		for (LegacyLayout candidate : LegacyLayout.values()) {
			try {
				LegacyImport.of(candidate, this.source).read().close();
				possible.add(candidate);
			}
			catch (LegacyFormatException ex) {
				// Another one.
			}
		}
		if (possible.size() == 1) {
			return possible.get(0);
		}
		throw new IllegalArgumentException(
				this.source + (possible.isEmpty() ? " has no files with the names of an older log. Nothing was changed."
						: " could be " + possible + ". Choose with --layout."));
	}

	private static int exitCode(LegacyImportReport report) {
		return report.isIntact() ? WalCommand.OK : WalCommand.DAMAGED;
	}

	private static void print(Console console, LegacyImportReport report) {
		console.print("%s log, layout version %d", report.layout(), report.version());
		for (LegacyFileReport file : report.files()) {
			console.print("%s  %s  %s%s  %s", file.file(), Units.count(file.size(), "byte"),
					Units.count(file.records(), "record"), numbers(file.firstId(), file.lastId()),
					outcome(console, file));
			for (LegacyFinding finding : file.findings()) {
				console.print("  %s at offset %d (%s): %s", kind(console, finding.kind()), finding.offset(),
						Units.count(finding.length(), "byte"), finding.reason());
			}
			if (file.findingCount() > file.findings().size()) {
				console.print("  and %d more", file.findingCount() - file.findings().size());
			}
		}
		if (!report.ignored().isEmpty()) {
			console.print("not part of the log: %s", String.join(", ", report.ignored()));
		}
		console.print("%s, %s of payload", Units.count(report.records(), "record"), Units.bytes(report.payloadBytes()));
	}

	private static String numbers(OptionalLong first, OptionalLong last) {
		return (first.isPresent() && last.isPresent()) ? " (number " + Long.toUnsignedString(first.getAsLong()) + " to "
				+ Long.toUnsignedString(last.getAsLong()) + ")" : "";
	}

	private static String outcome(Console console, LegacyFileReport file) {
		return switch (file.outcome()) {
			case READ -> "read";
			case STOPPED -> console.bad("read up to the damage");
			case NOT_READ -> console.bad("not read");
		};
	}

	private static String kind(Console console, LegacyFinding.Kind kind) {
		return switch (kind) {
			case DAMAGE -> console.bad("DAMAGE");
			case TORN_TAIL -> console.doubtful("torn tail");
			case NOTICE -> "notice";
		};
	}

}
