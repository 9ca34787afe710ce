// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.nio.file.Path;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;

/**
 * One writer that appends, for {@code count-syscalls.sh} to look at. Marks the beginning
 * and the end of the steady state with a line on the standard error.
 */
final class AppendLoopMain {

	private AppendLoopMain() {
	}

	/**
	 * Append.
	 * @param args the directory of the log and the number of appends
	 */
	public static void main(String[] args) {
		int count = Integer.parseInt(args[1]);
		byte[] payload = new byte[100];
		try (LocalWriteAheadLog log = WriteAheadLog.builder(Path.of(args[0])).segmentSize(16 << 20).open()) {
			append(log, payload, 2_000);
			System.err.println("steady-state-begins");
			append(log, payload, count);
			System.err.println("steady-state-ends");
		}
	}

	private static void append(LocalWriteAheadLog log, byte[] payload, int count) {
		for (int i = 0; i < count; i++) {
			log.append(payload);
		}
	}

}
