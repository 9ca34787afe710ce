// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import dev.wal.WalBuilder;
import dev.wal.WriteAheadLog;
import dev.wal.migrate.LegacyDamagedException;
import dev.wal.migrate.LegacyFileReport;
import dev.wal.migrate.LegacyFinding;
import dev.wal.migrate.LegacyImport;
import dev.wal.migrate.LegacyImportReport;
import dev.wal.migrate.LegacyLayout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code wal import}.
 */
@Command(name = "import",
		description = { "Import the records of an older log: xerv, walogs (version 1 and 2), wavekv or allsource.",
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

	@Option(names = "--layout", paramLabel = "xerv|walogs|wavekv|allsource", converter = LayoutConverter.class,
			description = "What wrote the older log; told by the file names unless it is given.")
	private @Nullable LegacyLayout layout;

	@Option(names = "--on-damage", paramLabel = "fail|truncate|skip", defaultValue = "fail",
			converter = PolicyConverter.class,
			description = "If the older log is damaged: import nothing, the records before the damage, or every record "
					+ "that can be read (${DEFAULT-VALUE}).")
	private @Nullable CorruptionPolicy onDamage;

	@Option(names = "--node", paramLabel = "ID", description = "The node that a wavekv log has to belong to.")
	private @Nullable Long node;

	@Option(names = "--max-record-size", paramLabel = "BYTES", defaultValue = "16777216",
			description = "The largest payload to import; a larger one is damage (${DEFAULT-VALUE}, 16 MiB).")
	private int maxRecordSize;

	@Option(names = "--owner", paramLabel = "NAME", description = "Name of the application that owns the new log.")
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
		try (LocalWriteAheadLog log = builder(this.target).open()) {
			report = legacy.into(log);
		}
		print(console, report);
		console.print("Imported as LSN %s of %s, the records that tell of the origin included.", report.imported(),
				this.target);
		return exitCode(report);
	}

	private WalBuilder builder(Path directory) {
		WalBuilder builder = WriteAheadLog.builder(directory).owner(this.owner);
		return (this.maxRecordSize > builder.options().log().maxRecordSize())
				? builder.maxRecordSize(this.maxRecordSize)
					.maxBatchSize(Math.max(this.maxRecordSize, builder.options().log().maxBatchSize()))
				: builder;
	}

	private LegacyImport legacy() {
		LegacyImport legacy = LegacyImport.of((this.layout != null) ? this.layout : detect(), this.source)
			.maxRecordSize(this.maxRecordSize);
		if (this.onDamage != null) {
			legacy.onDamage(this.onDamage);
		}
		return (this.node != null) ? legacy.node(this.node) : legacy;
	}

	private LegacyLayout detect() {
		Set<LegacyLayout> possible = LegacyImport.layoutsIn(this.source);
		if (possible.size() == 1) {
			return possible.iterator().next();
		}
		if (!possible.isEmpty()) {
			throw new IllegalArgumentException(
					this.source + " has files of several older logs: " + possible + ". Choose one with --layout.");
		}
		throw new IllegalArgumentException(this.source
				+ (Files.exists(this.source) ? " has no files with the names of an older log." : " does not exist.")
				+ " Nothing was changed.");
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

	/**
	 * Say what the damage is, and by which option the rest is imported all the same.
	 */
	static String describe(LegacyImportReport damaged) {
		return damaged.damage().orElse("The log is damaged") + ". Nothing was imported. Add --on-damage=truncate to"
				+ " import the records before the damage, or --on-damage=skip to import every record that can be read.";
	}

	private static <E extends Enum<E>> E named(E[] values, String name) {
		for (E value : values) {
			if (value.name().equalsIgnoreCase(name)) {
				return value;
			}
		}
		String allowed = Arrays.stream(values)
			.map((value) -> value.name().toLowerCase(Locale.ROOT))
			.collect(Collectors.joining(", "));
		throw new TypeConversionException("'" + name + "' is not one of " + allowed);
	}

	/**
	 * Reads a layout by the name that the usage gives it.
	 */
	static final class LayoutConverter implements ITypeConverter<LegacyLayout> {

		@Override
		public LegacyLayout convert(String value) {
			return named(LegacyLayout.values(), value);
		}

	}

	/**
	 * Reads a policy by the name that the usage gives it.
	 */
	static final class PolicyConverter implements ITypeConverter<CorruptionPolicy> {

		@Override
		public CorruptionPolicy convert(String value) {
			return named(CorruptionPolicy.values(), value);
		}

	}

}
