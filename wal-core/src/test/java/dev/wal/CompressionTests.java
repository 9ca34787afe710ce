// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import dev.wal.testing.process.CodecChild;
import dev.wal.testing.process.TestProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Compression}.
 */
@Timeout(60)
class CompressionTests {

	@TempDir
	private Path directory;

	private WalBuilder log(Compression compression) {
		return WriteAheadLog.builder(this.directory)
			.compression(compression)
			.segmentSize(256 * 1024)
			.preallocate(false)
			.syncPolicy(SyncPolicy.none());
	}

	private static byte[] json(int number) {
		return ("{\"order\":" + number + ",\"customer\":\"customer-" + number % 100
				+ "\",\"lines\":[{\"sku\":\"A-1\",\"quantity\":2},{\"sku\":\"B-7\",\"quantity\":1}]}")
			.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] random(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

	private static List<byte[]> payloads() {
		List<byte[]> payloads = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			payloads.add(json(i));
		}
		payloads.add(new byte[0]);
		payloads.add(new byte[1]);
		payloads.add(new byte[3_000_000]);
		payloads.add(random(100_000));
		payloads.add("a".repeat(511).getBytes(StandardCharsets.UTF_8));
		return payloads;
	}

	private static List<ByteBuffer> buffers(List<byte[]> payloads) {
		return payloads.stream().map(ByteBuffer::wrap).toList();
	}

	private static List<ByteBuffer> read(LocalWriteAheadLog wal) {
		try (WalReader reader = wal.read(Lsn.FIRST)) {
			List<ByteBuffer> payloads = new ArrayList<>();
			reader.forEach((record) -> payloads.add(record.payload()));
			return payloads;
		}
	}

	@ParameterizedTest
	@EnumSource(Compression.class)
	@Tag("R31")
	void whatWasAppendedComesBack(Compression compression) {
		try (LocalWriteAheadLog wal = log(compression).open()) {
			wal.appendAll(payloads());
			payloads().forEach(wal::append);
			wal.sync();
			List<byte[]> expected = new ArrayList<>(payloads());
			expected.addAll(payloads());
			assertThat(read(wal)).isEqualTo(buffers(expected));
		}
		try (LocalWriteAheadLog wal = log(Compression.NONE).open()) {
			assertThat(read(wal)).hasSize(2 * payloads().size());
		}
	}

	@ParameterizedTest
	@EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	@Tag("R31")
	void textTakesLessThanHalfTheRoom(Compression compression) {
		List<byte[]> payloads = new ArrayList<>();
		long bytes = 0;
		for (int i = 0; i < 2000; i++) {
			payloads.add(json(i));
			bytes += json(i).length;
		}
		try (LocalWriteAheadLog wal = log(compression).open()) {
			wal.appendAll(payloads);
			assertThat(wal.status().statistics().writtenBytes()).isLessThan(bytes / 2);
		}
	}

	@ParameterizedTest
	@EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	@Tag("R31")
	void whatDoesNotGetSmallerIsWrittenAsItIs(Compression compression) {
		try (LocalWriteAheadLog wal = log(compression).open()) {
			for (int i = 0; i < 200; i++) {
				wal.append(random(1000 + i));
			}
			WalStatistics statistics = wal.status().statistics();
			assertThat(statistics.writtenBytes()).isBetween(statistics.appendedBytes(),
					statistics.appendedBytes() + 200 * 100);
			// And compression is tried again once it pays.
			for (int i = 0; i < 200; i++) {
				wal.append(new byte[1000]);
			}
			assertThat(wal.status().statistics().writtenBytes() - statistics.writtenBytes()).isLessThan(200 * 700);
		}
	}

	@Test
	@Tag("R31")
	void aLogMayHoldBlocksOfAllKinds() {
		List<byte[]> expected = new ArrayList<>();
		for (Compression compression : List.of(Compression.NONE, Compression.LZ4, Compression.ZSTD, Compression.NONE)) {
			try (LocalWriteAheadLog wal = log(compression).open()) {
				wal.appendAll(payloads());
				expected.addAll(payloads());
			}
		}
		try (LocalWriteAheadLog wal = log(Compression.ZSTD).recoveryScan(RecoveryScan.FULL).open()) {
			assertThat(read(wal)).isEqualTo(buffers(expected));
		}
	}

	@Test
	@Tag("R31")
	void withoutALibraryLogsWorkUnlessTheyNeedIt() throws IOException {
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(this.directory.resolve("compressed"))
			.compression(Compression.ZSTD)
			.open()) {
			wal.append(new byte[4000]);
		}
		String without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("lz4") && !entry.contains("zstd"))
			.collect(Collectors.joining(File.pathSeparator));
		try (TestProcess child = TestProcess.start(CodecChild.class, this.directory, List.of("-cp", without),
				this.directory.toString())) {
			assertThat(child.answer()).isEqualTo("#appended 1");
			assertThat(child.answer()).contains("'compression' is LZ4", "at.yawk.lz4:lz4-java");
			assertThat(child.answer()).contains("offset", ".log", "com.github.luben:zstd-jni");
		}
		assertThat(this.directory.resolve("refused")).doesNotExist();
	}

}
