// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.wal.CorruptionPolicy;
import dev.wal.WalException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads fuzz bytes as an older log of up to three files, under every policy.
 */
final class FuzzedLegacyLog {

	private static final int MAX_RECORD_SIZE = 1 << 20;

	private static final Path DIRECTORY = Jimfs.newFileSystem(Configuration.unix()).getPath("/old");

	private FuzzedLegacyLog() {
	}

	/**
	 * Return the golden logs below a directory, as inputs of one file each.
	 */
	static Stream<byte[]> seeds(String directory, String suffix) {
		try (Stream<Path> files = Files.walk(GoldenFiles.path(directory))) {
			List<byte[]> seeds = new ArrayList<>();
			for (Path file : files.filter((path) -> path.toString().endsWith(suffix)).sorted().toList()) {
				byte[] content = Files.readAllBytes(file);
				if (content.length > 0 && content.length < 2048) {
					byte[] seed = new byte[content.length + 1];
					System.arraycopy(content, 0, seed, 1, content.length);
					seeds.add(seed);
				}
			}
			return seeds.stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Check that all that is there is records or findings of a report, and that reading
	 * changes nothing.
	 * @param input says with its first byte into how many files the others go
	 */
	static void check(LegacyLayout layout, int version, byte[] input) {
		Map<String, byte[]> files = split(layout, version, ByteBuffer.wrap(input));
		List<LegacySource.NumberedFile> numbered = new ArrayList<>();
		for (String name : files.keySet()) {
			numbered.add(new LegacySource.NumberedFile(name, numbered.size() + 1L));
		}
		LegacySource source = new LegacySource(layout, version, DIRECTORY, new SourceDirectory(DIRECTORY), numbered, 1,
				List.of());
		try {
			Map<String, String> before = write(files);
			long records = read(source, CorruptionPolicy.SKIP, input.length);
			assertThat(read(source, CorruptionPolicy.TRUNCATE, input.length)).isLessThanOrEqualTo(records);
			read(source, CorruptionPolicy.FAIL, input.length);
			assertThat(GoldenFiles.content(DIRECTORY)).isEqualTo(before);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, String> write(Map<String, byte[]> files) throws IOException {
		Files.createDirectories(DIRECTORY);
		for (String old : GoldenFiles.content(DIRECTORY).keySet()) {
			Files.delete(DIRECTORY.resolve(old));
		}
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			Files.write(DIRECTORY.resolve(file.getKey()), file.getValue());
		}
		return GoldenFiles.content(DIRECTORY);
	}

	private static Map<String, byte[]> split(LegacyLayout layout, int version, ByteBuffer input) {
		int count = 1;
		if (input.hasRemaining()) {
			count += (input.get() & 0xFF) % 3;
		}
		if (layout == LegacyLayout.WAVEKV || (version == 1 && layout == LegacyLayout.WALOGS)) {
			count = 1;
		}
		Map<String, byte[]> files = new TreeMap<>();
		for (int i = 1; i <= count; i++) {
			byte[] content = new byte[input.remaining() / (count - i + 1)];
			input.get(content);
			files.put("file-" + i, content);
		}
		return files;
	}

	private static long read(LegacySource source, CorruptionPolicy policy, int length) {
		long records = 0;
		try (LegacyLogReader reader = new LegacyLogReader(source, policy, MAX_RECORD_SIZE, OptionalLong.empty())) {
			try {
				for (LegacyRecord entry : reader) {
					records++;
					assertThat(entry.payload().remaining()).isLessThanOrEqualTo(length);
					assertThat(entry.offset()).isBetween(0L, (long) length);
				}
			}
			finally {
				LegacyImportReport report = reader.report();
				assertThat(report.records()).isEqualTo(records);
				for (LegacyFinding finding : report.findings()) {
					assertThat(finding.offset() + finding.length()).isBetween(0L, (long) length);
				}
			}
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining(source.path().toString());
		}
		return records;
	}

}
