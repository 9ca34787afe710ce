// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import dev.wal.WalRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Prints records, one on a line. The options are those of every command that does.
 */
final class RecordLines {

	@Option(names = "--payload", paramLabel = "none|text|hex|json", defaultValue = "none",
			description = "How to show payloads (${DEFAULT-VALUE}).")
	private @Nullable Payload payload;

	String line(WalRecord entry) {
		String line = entry.lsn() + "  " + entry.timestamp() + "  type " + entry.type() + "  "
				+ Units.count(entry.payload().remaining(), "byte");
		return (this.payload != null) ? line + this.payload.show(entry) : line;
	}

}
