// SPDX-License-Identifier: Apache-2.0
package dev.wal.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WalBatch;

/**
 * Writes, copies and deletes the directories of logs.
 */
final class Logs {

	private Logs() {
	}

	/**
	 * Append until a log holds a number of payload bytes, durably, many records to a
	 * block: as group commit would leave it, in less time.
	 */
	static void fill(LocalWriteAheadLog wal, long bytes, int payloadSize, int recordsPerBlock) {
		WalBatch batch = new WalBatch();
		for (int i = 0; i < recordsPerBlock; i++) {
			batch.add(Load.payload(payloadSize));
		}
		for (long at = 0; at < bytes; at += (long) payloadSize * recordsPerBlock) {
			wal.appendAll(batch);
		}
	}

	/**
	 * Return the files with records, the oldest first.
	 */
	static List<Path> segments(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.toString().endsWith(".log")).sorted().toList();
		}
	}

	/**
	 * Copy a directory as it is, and have the copy on the disk: nothing is to be written
	 * back while the copy is measured.
	 */
	static void copy(Path source, Path target) throws IOException {
		List<Path> files;
		try (Stream<Path> stream = Files.list(source)) {
			files = stream.toList();
		}
		for (Path file : files) {
			Path copy = Files.copy(file, target.resolve(source.relativize(file)));
			try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
				channel.force(true);
			}
		}
	}

	/**
	 * Delete a directory with all that is in it. What another process deletes first is
	 * passed over.
	 */
	static void delete(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return;
		}
		List<Path> files;
		try (Stream<Path> stream = Files.walk(directory)) {
			files = stream.sorted(Comparator.reverseOrder()).toList();
		}
		catch (UncheckedIOException ex) {
			if (ex.getCause() instanceof NoSuchFileException) {
				return;
			}
			throw ex;
		}
		for (Path file : files) {
			Files.deleteIfExists(file);
		}
	}

}
