// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.wal.CorruptionPolicy;
import dev.wal.DamagedRange;
import dev.wal.LocalWalView;
import dev.wal.Lsn;
import dev.wal.WalBuilder;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal dump}.
 */
@Command(name = "dump",
		description = "Print the records of a log: LSN, time, type and size, and the payload if asked for. Changes "
				+ "nothing.",
		exitCodeList = { "0:All records that were asked for were printed.", "1:Damage came first, or was skipped.",
				"2:The command could not be carried out." })
final class DumpCommand implements Callable<Integer> {

	private static final int LINES_BETWEEN_CHECKS = 256;

	@Parameters(paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Option(names = "--from", paramLabel = "LSN", description = "The first LSN (the oldest that is there).")
	private @Nullable Long from;

	@Option(names = "--to", paramLabel = "LSN", description = "The last LSN (the newest).")
	private @Nullable Long to;

	@Option(names = "--since", paramLabel = "TIME", converter = Moment.class,
			description = "Only records written at or after this time, such as 2026-11-21T02:00:00Z, or PT15M for 15 "
					+ "minutes ago.")
	private @Nullable Instant since;

	@Option(names = "--until", paramLabel = "TIME", converter = Moment.class,
			description = "Only records written before this time.")
	private @Nullable Instant until;

	@Option(names = "--type", split = ",", paramLabel = "TYPE", description = "Only records of these types, 0 to 255.")
	private List<Integer> types = List.of();

	@Option(names = "--limit", paramLabel = "COUNT", defaultValue = "" + Long.MAX_VALUE,
			showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
			description = "Maximum number of records to print.")
	private long limit;

	@Option(names = "--skip-damage",
			description = "Continue after damage. Reads the whole log first, to tell what is missing.")
	private boolean skipDamage;

	@Mixin
	private RecordLines lines = new RecordLines();

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		Console console = Console.of(Objects.requireNonNull(this.spec));
		WalBuilder log = WriteAheadLog.builder(this.directory);
		if (this.skipDamage) {
			log.corruptionPolicy(CorruptionPolicy.SKIP);
		}
		try (LocalWalView view = log.openReadOnly()) {
			List<DamagedRange> damage = view.recoveryReport().damage();
			damage.forEach((range) -> console.err().println("Skipping " + VerifyCommand.describe(range)));
			if (!view.firstLsn().isNone()) {
				print(console, view);
			}
			return damage.isEmpty() ? WalCommand.OK : WalCommand.DAMAGED;
		}
		finally {
			console.out().flush();
		}
	}

	private void print(Console console, LocalWalView view) {
		Lsn first = (this.from != null) ? Lsn.of(this.from) : view.firstLsn();
		Lsn last = (this.to != null) ? Lsn.of(this.to) : view.lastLsn();
		long printed = 0;
		try (WalReader reader = view.read(first)) {
			for (WalRecord record : reader) {
				if (printed == this.limit || record.lsn().isAfter(last)) {
					return;
				}
				if (isWanted(record)) {
					console.out().println(this.lines.line(record));
					printed++;
					if (printed % LINES_BETWEEN_CHECKS == 0 && console.isClosed()) {
						return;
					}
				}
			}
		}
	}

	/**
	 * Clocks jump, so a time ends nothing: a matching record may follow one that does not
	 * match.
	 */
	private boolean isWanted(WalRecord entry) {
		Instant time = entry.timestamp();
		return (this.types.isEmpty() || this.types.contains(entry.type()))
				&& (this.since == null || !time.isBefore(this.since))
				&& (this.until == null || time.isBefore(this.until));
	}

}
