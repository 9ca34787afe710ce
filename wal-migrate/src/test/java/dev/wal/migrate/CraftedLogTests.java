// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.CRC32;

import com.sun.management.ThreadMXBean;
import dev.wal.CorruptionPolicy;
import dev.wal.trace.TraceRecord;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for older logs that were made to keep their reader busy. The work is counted by
 * what the reader allocates, as it copies all that it computes a checksum of.
 */
@Tag("R88")
class CraftedLogTests {

	private static final int SIZE = 2 << 20;

	private static final int MOST_WORK = 80;

	private static final String FIRST_WALOGS = "wal-000001.log";

	private static final byte[] WAVEKV_HEADER = { 7, 0, 0, 0, 'W', 'K', 'V', 'L', 1, 1, 0 };

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@TempDir
	Path directory;

	/**
	 * Each place that can hold a record claims one that reaches far into the file.
	 */
	@ParameterizedTest
	@EnumSource(names = { "WALOGS", "XERV", "WAVEKV" })
	void lengthsThatOverlapAreRefused(LegacyLayout layout) throws IOException {
		ByteBuffer file = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
		Path path = this.directory.resolve(switch (layout) {
			case WALOGS -> walogsLengths(file);
			case XERV -> xervLengths(file);
			default -> wavekvLengths(file);
		});
		Files.write(path, file.array());
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			assertThatRefused(layout, policy, path);
		}
	}

	/**
	 * Between any two of them is a good record, so that each search ends at once.
	 */
	@Test
	void lengthsBetweenGoodRecordsAreRefused() throws IOException {
		ByteBuffer file = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
		for (int lsn = 1; file.remaining() >= 32; lsn++) {
			file.put(WalogsImportTests.frame(lsn, "")).putInt(SIZE / 2 + 5).putInt(0).putLong(lsn);
		}
		Path path = Files.write(this.directory.resolve(FIRST_WALOGS), file.array());
		assertThatRefused(LegacyLayout.WALOGS, CorruptionPolicy.SKIP, path);
	}

	@Test
	void whatStandsBeforeThemIsImportedFromACopy() throws IOException {
		ByteBuffer file = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
		walogsLengths(file);
		byte[] good = WalogsImportTests.frame(1, "good");
		file.put(0, good);
		Path path = Files.write(this.directory.resolve(FIRST_WALOGS), file.array());
		assertThatRefused(LegacyLayout.WALOGS, CorruptionPolicy.SKIP, path)
			.withMessageContaining("from offset " + good.length + " on");
		Files.write(path, Arrays.copyOf(file.array(), good.length));
		assertThat(LegacyLogs.intact(LegacyLayout.WALOGS, this.directory).texts()).containsExactly("good");
	}

	/**
	 * One line after another holds nothing but what begins an entry.
	 */
	@Test
	void linesOfBeginningsTakeLittleWork() throws IOException {
		String line = "{\"sequence\":".repeat(20_000);
		Files.writeString(this.directory.resolve("wal-0000000000000000.log"), (line + "\n").repeat(20));
		long before = allocated();
		LegacyImportReport report = LegacyImport.of(LegacyLayout.ALLSOURCE, this.directory).inspect();
		assertThat(allocated() - before).isLessThan(20L * 20 * line.length());
		assertThat(report.findings(LegacyFinding.Kind.DAMAGE)).hasSize(20);
	}

	/**
	 * What a writer writes is far from the limit, however its records lie in the window.
	 */
	@ParameterizedTest
	@EnumSource(names = { "WALOGS", "XERV", "WAVEKV" })
	void recordsOfAnySizeTakeLittleWork(LegacyLayout layout) throws IOException {
		for (int size = 100; size < 200_000; size += 9_973) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			FrameDecoder decoder = switch (layout) {
				case WALOGS -> new WalogsDecoder(SIZE);
				case XERV -> new XervDecoder(SIZE);
				default -> new WavekvDecoder(this.directory, SIZE, OptionalLong.empty());
			};
			if (layout == LegacyLayout.WAVEKV) {
				bytes.write(WAVEKV_HEADER);
			}
			for (int number = 1; bytes.size() < SIZE; number++) {
				String text = "x".repeat(size);
				bytes.write(switch (layout) {
					case WALOGS -> WalogsImportTests.frame(number, text);
					case XERV -> TraceRecord.nodeError(new UUID(1, 2), 1, text, Instant.EPOCH).encode();
					default -> wavekvEntry(number, text);
				});
			}
			Files.write(this.directory.resolve("file"), bytes.toByteArray());
			try (LegacyFile file = LegacyFile.open(new SourceDirectory(this.directory), "file")) {
				FileProgress progress = new FileProgress("file", true);
				Numbering numbering = new Numbering(
						(layout == LegacyLayout.XERV) ? Numbering.Kind.NONE : Numbering.Kind.UNPROTECTED);
				LegacyCursor cursor = new FrameCursor(decoder, numbering, file, progress, true);
				long payload = 0;
				for (LegacyRecord entry = cursor.next(); entry != null; entry = cursor.next()) {
					payload += entry.payload().remaining();
				}
				assertThat(payload).isGreaterThan((long) (0.8 * file.size()));
				assertThat(file.work()).as("%d bytes each", size).isLessThan(8 * file.size());
			}
		}
	}

	/**
	 * An entry that clears a key.
	 */
	private static byte[] wavekvEntry(int number, String key) {
		ByteBuffer entry = ByteBuffer.allocate(32 + key.length()).order(ByteOrder.LITTLE_ENDIAN);
		entry.putInt(0).put((byte) 251).putShort((short) number);
		int start = entry.position();
		entry.put((byte) 1).put((byte) 252).putInt(key.length()).put(key.getBytes(StandardCharsets.ISO_8859_1));
		CRC32 crc = new CRC32();
		crc.update(entry.array(), start, entry.position() - start);
		entry.put((byte) 252).putInt((int) crc.getValue());
		entry.putInt(0, entry.position() - Integer.BYTES);
		return Arrays.copyOf(entry.array(), entry.position());
	}

	private ThrowableAssertAlternative<LegacyFormatException> assertThatRefused(LegacyLayout layout,
			CorruptionPolicy policy, Path file) {
		long before = allocated();
		ThrowableAssertAlternative<LegacyFormatException> refused = assertThatExceptionOfType(
				LegacyFormatException.class)
			.isThrownBy(() -> LegacyLogs.read(layout, this.directory, policy));
		assertThat(allocated() - before).isLessThan((long) MOST_WORK * SIZE);
		return refused.withMessageContaining(file.toString()).withMessageContaining("out of proportion");
	}

	private static long allocated() {
		return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
	}

	private static String walogsLengths(ByteBuffer file) {
		for (int at = 0; at + 16 <= SIZE; at += 16) {
			file.putInt(at, SIZE / 2).putLong(at + 8, 2);
		}
		return FIRST_WALOGS;
	}

	/**
	 * Blocks of 64 bytes, each of which is the beginning of a record whose two texts fill
	 * it: the length of the second is found in a block further on.
	 */
	private static String xervLengths(ByteBuffer file) {
		int error = 64 * 1000 + 19;
		int length = SIZE / 2;
		for (int at = 0; at + 64 <= SIZE; at += 64) {
			file.putInt(at, length).putInt(at + 20, length - error - 69).putInt(at + 60, error << 8);
		}
		return "wal_0000000000000000.log";
	}

	/**
	 * Blocks of 16 bytes, each of which is the beginning of an entry that clears a key,
	 * which ends where a block holds a number: its checksum.
	 */
	private static String wavekvLengths(ByteBuffer file) {
		int key = SIZE / 2 + 11;
		file.put(WAVEKV_HEADER);
		for (int at = 16; at + 16 <= SIZE; at += 16) {
			file.putInt(at, 7 + key + 5).put(at + 4, (byte) 1).put(at + 5, (byte) 1).put(at + 6, (byte) 252);
			file.putInt(at + 7, key);
		}
		return "node_1.wal";
	}

}
