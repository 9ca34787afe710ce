// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * Opens logs in a process without any compression library.
 */
final class CodecChild {

	private CodecChild() {
	}

	public static void main(String[] args) {
		Path directory = Path.of(args[0]);
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory.resolve("plain")).open()) {
			say("appended " + wal.append(new byte[4000]));
		}
		try {
			WriteAheadLog.builder(directory.resolve("refused")).compression(Compression.LZ4).open();
		}
		catch (WalConfigurationException ex) {
			say(ex.getMessage());
		}
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(directory.resolve("compressed")).open();
				WalReader reader = wal.read(Lsn.FIRST)) {
			reader.iterator().next();
		}
		catch (WalCompressionException ex) {
			say(ex.getMessage());
		}
	}

	private static void say(String line) {
		System.out.println("#" + line);
	}

}
