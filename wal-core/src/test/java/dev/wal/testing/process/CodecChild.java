// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.nio.file.Path;

import dev.wal.Compression;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalCompressionException;
import dev.wal.WalConfigurationException;
import dev.wal.WalReader;
import dev.wal.WriteAheadLog;

/**
 * Opens logs in a process without any compression library.
 */
public final class CodecChild {

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
