// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The files of a log, as they lie on the disk.
 */
public final class TestFiles {

	private TestFiles() {
	}

	/**
	 * Return the content of every file in a directory.
	 */
	public static SortedMap<String, String> contents(Path directory) {
		SortedMap<String, String> contents = new TreeMap<>();
		for (Path file : list(directory)) {
			contents.put(file.getFileName().toString(),
					Files.isDirectory(file) ? "directory" : HexFormat.of().formatHex(read(file)));
		}
		return contents;
	}

	/**
	 * Return the content of every file but the lock, whose text names the last owner.
	 */
	public static SortedMap<String, String> data(Path directory) {
		SortedMap<String, String> contents = contents(directory);
		contents.remove("wal.lock");
		return contents;
	}

	public static List<Path> list(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static List<String> names(Path directory) {
		return list(directory).stream().map((file) -> file.getFileName().toString()).toList();
	}

	public static List<Path> segments(Path directory) {
		return list(directory).stream()
			.filter((file) -> file.getFileName().toString().matches("wal-\\d{20}\\.log"))
			.toList();
	}

	public static Path segment(Path directory, long number) {
		return directory.resolve("wal-" + "0".repeat(20 - String.valueOf(number).length()) + number + ".log");
	}

	/**
	 * Copy the files of a log as they are now: what a kill at this moment would leave.
	 */
	public static Path copy(Path from, Path to) {
		try {
			Files.createDirectories(to);
			for (Path file : list(from)) {
				copyIfThere(file, to.resolve(file.getFileName()));
			}
			return to;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The log prepares its next segment meanwhile, under a name that does not stay.
	 */
	private static void copyIfThere(Path from, Path to) throws IOException {
		try {
			Files.copy(from, to);
		}
		catch (NoSuchFileException ex) {
			Files.deleteIfExists(to);
		}
	}

	public static byte[] read(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static void write(Path file, byte[] content) {
		try {
			Files.write(file, content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Change one byte of a file.
	 */
	public static void damage(Path file, int offset) {
		byte[] content = read(file);
		content[offset] ^= 0x10;
		write(file, content);
	}

	/**
	 * Cut a file off.
	 */
	public static void cut(Path file, int size) {
		write(file, java.util.Arrays.copyOf(read(file), size));
	}

	/**
	 * Put an int into a file, and make the CRC-32C at the end of a header right again.
	 */
	public static void forge(Path file, int offset, int value, int crcOffset) {
		ByteBuffer content = ByteBuffer.wrap(read(file)).order(ByteOrder.LITTLE_ENDIAN);
		content.putInt(offset, value);
		CRC32C crc = new CRC32C();
		crc.update(content.array(), 0, crcOffset);
		content.putInt(crcOffset, (int) crc.getValue());
		write(file, content.array());
	}

	public static int indexOf(byte[] content, byte[] wanted) {
		for (int i = 0; i + wanted.length <= content.length; i++) {
			if (java.util.Arrays.equals(content, i, i + wanted.length, wanted, 0, wanted.length)) {
				return i;
			}
		}
		return -1;
	}

}
