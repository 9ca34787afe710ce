// SPDX-License-Identifier: Apache-2.0
package dev.wal.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalBuilder;
import dev.wal.WriteAheadLog;
import org.awaitility.Awaitility;

/**
 * Logs for the tests.
 */
final class Logs {

	static final Instant TIME = Instant.parse("2026-11-20T10:00:00Z");

	private Logs() {
	}

	static WalBuilder builder(Path directory) {
		return WriteAheadLog.builder(directory)
			.owner("orders")
			.segmentSize(8 * 1024)
			.preallocate(false)
			.clock(Clock.fixed(TIME, ZoneOffset.UTC));
	}

	static byte[] payload(long number) {
		return ("{\"order\": " + number + "}").getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Create a log with three segments of 10 records each, of type 0 and 7 in turn, and a
	 * checkpoint at LSN 5.
	 */
	static Path create(Path directory) {
		try (LocalWriteAheadLog wal = builder(directory).open()) {
			for (int i = 1; i <= 30; i++) {
				wal.append((i % 2 == 0) ? 7 : 0, payload(i));
				if (i % 10 == 0 && i < 30) {
					wal.rotate();
				}
			}
			wal.checkpoint(Lsn.of(5));
		}
		return directory;
	}

	static Path segment(Path directory, int number) {
		return directory.resolve(String.format("wal-%020d.log", number));
	}

	/**
	 * Wait until an open log has prepared its next segment, and changes nothing by
	 * itself.
	 * @param number the number of that segment
	 */
	static void awaitPrepared(Path directory, int number) {
		Awaitility.await().until(() -> Files.exists(segment(directory, number)));
	}

	/**
	 * Copy the segments and the checkpoint of a log, which may be open: what it has not
	 * given its name yet may be gone by now.
	 */
	static Path copy(Path from, Path to) throws IOException {
		Files.createDirectories(to);
		try (Stream<Path> files = Files.list(from)) {
			for (Path file : files.filter((file) -> !file.toString().endsWith(".new")).toList()) {
				Files.copy(file, to.resolve(file.getFileName()));
			}
		}
		return to;
	}

	/**
	 * Flip a bit in the payload of one record.
	 * @return the offset of its block
	 */
	static int damage(Path segment, long record) throws IOException {
		byte[] bytes = Files.readAllBytes(segment);
		int at = indexOf(bytes, payload(record));
		bytes[at] ^= 0x04;
		Files.write(segment, bytes);
		// Each record is a block of its own here.
		return at - 5 - 56;
	}

	static void cut(Path segment, int bytes) throws IOException {
		byte[] content = Files.readAllBytes(segment);
		Files.write(segment, java.util.Arrays.copyOf(content, content.length - bytes));
	}

	private static int indexOf(byte[] content, byte[] wanted) {
		for (int i = 0; i + wanted.length <= content.length; i++) {
			if (java.util.Arrays.equals(content, i, i + wanted.length, wanted, 0, wanted.length)) {
				return i;
			}
		}
		throw new IllegalArgumentException("There is no such record");
	}

}
