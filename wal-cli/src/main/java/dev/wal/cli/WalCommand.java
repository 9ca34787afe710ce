// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.io.PrintWriter;

import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.migrate.LegacyDamagedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The program {@code wal}.
 */
@Command(name = "wal", description = "Look at a write-ahead log, verify, repair and import it.",
		mixinStandardHelpOptions = true, versionProvider = ManifestVersion.class, scope = ScopeType.INHERIT,
		sortOptions = false, usageHelpAutoWidth = true, exitCodeListHeading = "%nExit codes:%n",
		exitCodeList = { "0:All is well.", "1:Something is wrong with the log, as the output says.",
				"2:The command could not be carried out: wrong usage, or a file that cannot be read." },
		subcommands = { InspectCommand.class, VerifyCommand.class, DumpCommand.class, TailCommand.class,
				RepairCommand.class, ImportCommand.class, TraceCommand.class, DoctorCommand.class })
public final class WalCommand {

	static final int OK = 0;

	static final int DAMAGED = 1;

	static final int FAILED = 2;

	@Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print stack traces of errors.")
	private boolean debug;

	private WalCommand() {
	}

	/**
	 * Run.
	 * @param args see {@code --help}
	 */
	public static void main(String[] args) {
		System.exit(create().execute(args));
	}

	static CommandLine create() {
		WalCommand command = new WalCommand();
		return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true)
			.setExecutionExceptionHandler(command.new ErrorLine());
	}

	/**
	 * Says in one line what went wrong.
	 */
	private final class ErrorLine implements IExecutionExceptionHandler {

		@Override
		public int handleExecutionException(Exception ex, CommandLine line, ParseResult parsed) {
			PrintWriter err = line.getErr();
			err.println(line.getColorScheme().errorText(message(ex)));
			if (WalCommand.this.debug) {
				ex.printStackTrace(err);
			}
			err.flush();
			boolean damaged = ex instanceof WalCorruptedException || ex instanceof LegacyDamagedException;
			return damaged ? DAMAGED : FAILED;
		}

		private String message(Exception ex) {
			if (ex instanceof LegacyDamagedException damaged) {
				return ImportCommand.describe(damaged.report());
			}
			boolean known = ex instanceof WalException || ex instanceof IllegalArgumentException;
			String message = known ? String.valueOf(ex.getMessage()) : ex.toString();
			Throwable cause = ex.getCause();
			if (ex instanceof WalException && cause instanceof IOException && !message.contains(cause.toString())) {
				message += " (" + cause + ")";
			}
			return message.replaceAll("\\s*\\R\\s*", " ");
		}

	}

}
