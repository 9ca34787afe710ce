// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WalException;
import dev.wal.WriteAheadLog;

/**
 * Opens a log when told, and does with it what it is told. Answers begin with a hash
 * sign.
 */
public final class LockMain {

	private LockMain() {
	}

	public static void main(String[] args) throws IOException {
		LocalWriteAheadLog wal = null;
		Path directory = Path.of(args[0]);
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			try {
				switch (line) {
					case "open" -> {
						wal = WriteAheadLog.builder(directory).segmentSize(1 << 20).preallocate(false).open();
						System.out.println("#open");
					}
					case "append" -> System.out.println("#" + wal.append(new byte[100]));
					case "loosen" -> {
						// POSIX drops the lock with the first descriptor that is closed.
						Files.readAllBytes(directory.resolve("wal.lock"));
						System.out.println("#loosened");
					}
					case "state" -> System.out.println("#" + wal.status().state());
					case "close" -> {
						wal.close();
						System.out.println("#closed");
					}
					default -> throw new IllegalArgumentException(line);
				}
			}
			catch (WalException ex) {
				System.out.println("#" + ex.getClass().getSimpleName() + ": " + ex.getMessage().replace('\n', ' '));
			}
		}
	}

}
