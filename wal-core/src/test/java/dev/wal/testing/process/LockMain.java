// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wal.FileSettings;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalException;
import dev.wal.WriteAheadLog;

/**
 * Opens a log when told, and does with it what it is told. Answers begin with a hash
 * sign.
 */
public final class LockMain {

	private final Path directory;

	private final String permissions;

	private LocalWriteAheadLog wal;

	private Thread load;

	private volatile boolean loading;

	private volatile Lsn acknowledged = Lsn.NONE;

	private LockMain(Path directory, String permissions) {
		this.directory = directory;
		this.permissions = permissions;
	}

	public static void main(String[] args) throws Exception {
		LockMain main = new LockMain(Path.of(args[0]), (args.length > 1) ? args[1] : FileSettings.OWNER_ONLY);
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			String answer;
			try {
				answer = main.run(line);
			}
			catch (WalException ex) {
				answer = ex.getClass().getSimpleName() + ": " + ex.getMessage().replace('\n', ' ');
			}
			System.out.println("#" + answer);
		}
	}

	private String run(String command) throws IOException, InterruptedException {
		switch (command) {
			case "open" -> {
				this.wal = open(this.directory);
				return "open";
			}
			case "append" -> {
				return this.wal.append(new byte[100]).toString();
			}
			case "load" -> {
				this.loading = true;
				this.load = new Thread(this::load);
				this.load.start();
				return "loaded";
			}
			case "stop" -> {
				this.loading = false;
				this.load.join();
				return this.acknowledged + " " + this.wal.status().state();
			}
			case "state" -> {
				return this.wal.status().state().toString();
			}
			case "loosen" -> {
				// POSIX drops the lock with the first descriptor that is closed.
				Files.readAllBytes(this.directory.resolve("wal.lock"));
				return "loosened";
			}
			case "close" -> {
				this.wal.close();
				return "closed";
			}
			default -> {
				// Another path, of the same directory.
				open(Path.of(command)).close();
				return "opened";
			}
		}
	}

	private LocalWriteAheadLog open(Path path) {
		return WriteAheadLog.builder(path).segmentSize(1 << 20).preallocate(false).permissions(this.permissions).open();
	}

	private void load() {
		try {
			while (this.loading) {
				this.acknowledged = this.wal.append(new byte[100]);
			}
		}
		catch (WalException ex) {
			System.out.println(ex.getMessage());
		}
	}

}
