// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.wal.tools.WalDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code wal acknowledge-loss}.
 */
@Command(name = "acknowledge-loss",
		description = { "Acknowledge the records that a log gave up under a corruption policy or in a repair.",
				"Until then its health says that they are lost. The log must not be open anywhere." },
		exitCodeList = { "0:The loss is acknowledged, or there was none.", "2:The command could not be carried out." })
final class AcknowledgeLossCommand implements Callable<Integer> {

	@Parameters(paramLabel = "DIR", description = "The directory of the log.")
	private Path directory = Path.of("");

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() {
		long records = WalDirectory.of(this.directory).acknowledgeLoss();
		Console.of(Objects.requireNonNull(this.spec))
			.print("%s", (records > 0) ? "Acknowledged the loss of " + Units.count(records, "record") + "."
					: "There is no loss to acknowledge.");
		return WalCommand.OK;
	}

}
