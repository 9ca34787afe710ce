// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.process;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalBuilder;
import dev.wal.WalException;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.testing.TestRecords;

/**
 * The process whose system calls {@code RealFaultTests} has fail: does to a log what it
 * is told, a line at a time, and says what came of it.
 */
public final class RealFaultMain {

	private static final String OK = "#ok ";

	private final List<FileInputStream> hogged = new ArrayList<>();

	private LocalWriteAheadLog log;

	private RealFaultMain() {
	}

	public static void main(String[] args) throws IOException {
		RealFaultMain program = new RealFaultMain();
		System.out.println("#ready");
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			System.out.println(program.answer(line.split(" ", -1)));
		}
	}

	private String answer(String[] words) {
		try {
			return OK + execute(words);
		}
		catch (WalException ex) {
			return "#" + ex.getClass().getSimpleName() + ": " + ex.getMessage().replace('\n', ' ');
		}
	}

	private Object execute(String[] words) {
		return switch (words[0]) {
			case "open" -> {
				this.log = builder(Path.of(words[1]), Long.parseLong(words[2])).open();
				yield this.log.lastLsn();
			}
			case "view" -> {
				try (LocalWalView view = builder(Path.of(words[1]), 0).openReadOnly()) {
					yield read(view);
				}
			}
			case "append" -> this.log.append(payload(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
			case "read" -> read(this.log);
			case "state" -> this.log.status().state();
			case "rotate" -> this.log.rotate();
			case "checkpoint" -> this.log.checkpoint(Lsn.of(Long.parseLong(words[1])));
			case "hog" -> hog(Path.of(words[1]));
			case "unhog" -> unhog();
			case "close" -> {
				this.log.close();
				yield "closed";
			}
			default -> throw new IllegalArgumentException(words[0]);
		};
	}

	/**
	 * Open a file until there is no descriptor left.
	 */
	private int hog(Path file) {
		try {
			while (true) {
				this.hogged.add(new FileInputStream(file.toFile()));
			}
		}
		catch (IOException ex) {
			return this.hogged.size();
		}
	}

	private int unhog() {
		for (FileInputStream stream : this.hogged) {
			try {
				stream.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return this.hogged.size();
	}

	private static WalBuilder builder(Path directory, long segmentSize) {
		return WriteAheadLog.builder(directory).segmentSize(segmentSize).preallocate(segmentSize > 0);
	}

	private static byte[] payload(int id, int size) {
		return ByteBuffer.allocate(4 + size).putInt(id).array();
	}

	/** Every record as "LSN=id". */
	private static String read(LocalWalView view) {
		List<String> records = new ArrayList<>();
		for (WalRecord record : TestRecords.readAll(view)) {
			records.add(record.lsn() + "=" + record.payload().getInt());
		}
		return String.join(",", records);
	}

}
