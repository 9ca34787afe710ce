// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.nio.ByteBuffer;

import dev.wal.WalFormatVersionException;
import dev.wal.WalRecord;
import dev.wal.message.MessageEnvelope;
import dev.wal.message.MessageFormatException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Prints records, one on a line; of a message also its type, version and key. The options
 * are those of every command that does.
 */
final class RecordLines {

	@Option(names = "--payload", paramLabel = "none|text|hex|json", defaultValue = "none",
			description = "How to show payloads, of a message its body (${DEFAULT-VALUE}).")
	private @Nullable Payload payload;

	String line(WalRecord entry) {
		String line = entry.lsn() + "  " + entry.timestamp() + "  type " + entry.type() + "  "
				+ Units.count(entry.payload().remaining(), "byte");
		ByteBuffer content = entry.payload();
		if (MessageEnvelope.isMessage(entry)) {
			try {
				MessageEnvelope message = MessageEnvelope.of(entry);
				line += "  " + describe(message);
				content = message.body();
			}
			catch (MessageFormatException | WalFormatVersionException ex) {
				line += "  (unreadable envelope)";
			}
		}
		return (this.payload != null) ? line + this.payload.show(content) : line;
	}

	private static String describe(MessageEnvelope message) {
		String key = message.key();
		return message.type() + " v" + message.version() + ((key != null) ? "  key " + Payload.escape(key) : "");
	}

}
