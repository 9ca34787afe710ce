// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.RecoveryScan;
import dev.wal.SyncPolicy;
import dev.wal.WalBuilder;
import dev.wal.WalCorruptedException;
import dev.wal.WalException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.internal.format.Checksum;
import dev.wal.internal.format.Format;
import dev.wal.internal.format.SegmentHeader;
import dev.wal.testing.TestFiles;
import dev.wal.testing.TestRecords;
import dev.wal.tools.WalDirectory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties of opening, reading and verifying whatever lies in the directory of a log.
 */
class DamagedFilesPropertyTests {

	private static final int RECORDS = 40;

	private static Path temp;

	private static Path closed;

	private static Path crashed;

	@BeforeContainer
	static void createLogs() throws IOException {
		temp = Files.createTempDirectory("wal-damage");
		closed = temp.resolve("closed");
		// So large that nothing is prepared while the files are copied.
		try (LocalWriteAheadLog wal = log(closed).segmentSize(1 << 20).open()) {
			for (int i = 1; i <= RECORDS; i++) {
				wal.append(payload(i), (i % 3 == 0) ? SyncPolicy.always() : SyncPolicy.none());
				if (i == 12 || i == 20 || i == 29) {
					wal.rotate();
					wal.checkpoint(Lsn.of(i - 5));
				}
			}
			wal.sync();
			crashed = TestFiles.copy(closed, temp.resolve("crashed"));
		}
	}

	private static byte[] payload(long lsn) {
		return TestRecords.payload((int) (lsn * 37 % 900), lsn);
	}

	@AfterContainer
	static void deleteLogs() throws IOException {
		delete(temp);
	}

	@AfterTry
	void deleteTry() throws IOException {
		delete(directory());
		delete(directory().resolveSibling("try-SKIP"));
		delete(directory().resolveSibling("try-TRUNCATE"));
	}

	private static void delete(Path directory) throws IOException {
		if (Files.exists(directory)) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
	}

	private static Path directory() {
		return temp.resolve("try");
	}

	private static WalBuilder log(Path directory) {
		return WriteAheadLog.builder(directory).segmentSize(8 * 1024).preallocate(false).writeBufferSize(4096);
	}

	/**
	 * Whatever lies there, opening and reading it comes to an end with records of the log
	 * or an exception of its own, and a refusal changes nothing.
	 */
	private static void check(boolean ofOurs) {
		SortedMap<String, String> before = TestFiles.data(directory());
		verify();
		for (CorruptionPolicy policy : CorruptionPolicy.values()) {
			RecoveryScan scan = (before.size() % 2 == 0) ? RecoveryScan.FULL : RecoveryScan.HEADERS;
			try (LocalWalView view = log(directory()).corruptionPolicy(policy).recoveryScan(scan).openReadOnly()) {
				readAll(view, ofOurs);
			}
			catch (WalException ex) {
				assertThat(ex).hasMessageContaining(directory().toString());
			}
		}
		assertThat(TestFiles.data(directory())).isEqualTo(before);
		for (CorruptionPolicy policy : List.of(CorruptionPolicy.SKIP, CorruptionPolicy.TRUNCATE)) {
			goOn(TestFiles.copy(directory(), directory().resolveSibling("try-" + policy)), policy, ofOurs);
		}
		boolean open = false;
		try (LocalWriteAheadLog wal = log(directory()).open()) {
			open = true;
			readAll(wal, ofOurs);
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining(directory().toString());
			if (!open) {
				assertThat(TestFiles.data(directory())).isEqualTo(before);
			}
		}
	}

	private static Path createDirectory(Path directory) {
		try {
			return Files.createDirectories(directory);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private static void verify() {
		try {
			WalDirectory.of(directory()).verify();
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining(directory().toString());
		}
	}

	/**
	 * Under a tolerant policy the log opens, goes on, and stays open for good.
	 */
	private static void goOn(Path directory, CorruptionPolicy policy, boolean ofOurs) {
		Lsn appended;
		long lastSeen;
		WalBuilder log = log(directory).corruptionPolicy(policy);
		try (LocalWriteAheadLog wal = log.open()) {
			lastSeen = readAll(wal, ofOurs);
			appended = wal.append(TestRecords.text("more"));
			assertThat(appended.value()).isGreaterThan(lastSeen);
			assertThat(last(wal).toText()).isEqualTo("more");
		}
		catch (WalException ex) {
			assertThat(ex).hasMessageContaining(directory.toString());
			if (ofOurs) {
				// Of another log, another version, another kind: no matter of the policy.
				assertThat(ex).isNotInstanceOf(WalCorruptedException.class);
			}
			return;
		}
		try (LocalWriteAheadLog wal = log.open()) {
			assertThat(last(wal).lsn()).isEqualTo(appended);
			assertThat(wal.append(TestRecords.text("and more"))).isEqualTo(appended.next());
			assertThat(readAll(wal, false)).isEqualTo(appended.value() + 1);
		}
	}

	private static WalRecord last(LocalWriteAheadLog wal) {
		return TestRecords.readFrom(wal, wal.lastLsn()).get(0);
	}

	private static long readAll(LocalWalView wal, boolean ofOurs) {
		long last = 0;
		if (wal.firstLsn().isNone()) {
			return last;
		}
		try (WalReader reader = wal.read(wal.firstLsn())) {
			for (WalRecord record : reader) {
				assertThat(record.lsn().value()).isGreaterThan(last);
				last = record.lsn().value();
				if (ofOurs && last <= RECORDS) {
					assertThat(record.bytes()).isEqualTo(payload(last));
				}
			}
		}
		return last;
	}

	@Property(tries = 20)
	@Tag("D31")
	void randomBytesInPlaceOfSegmentsAreRefusedOrNone(@ForAll long seed) {
		Random random = new Random(seed);
		createDirectory(directory());
		for (int number = 1; number <= 1 + random.nextInt(3); number++) {
			byte[] content = new byte[random.nextInt(3) * 4096 + random.nextInt(100)];
			random.nextBytes(content);
			if (random.nextBoolean() && content.length >= 4096) {
				ByteBuffer header = new SegmentHeader(1, new java.util.UUID(1, 2), number, random.nextLong(), 0, "")
					.encode();
				header.get(0, content, 0, 4096);
			}
			TestFiles.write(TestFiles.segment(directory(), number), content);
		}
		check(true);
	}

	@Property(tries = 40)
	@Tag("D31")
	void mutatedFilesOfALogAreReadRightOrRefused(@ForAll long seed) {
		Random random = new Random(seed);
		TestFiles.copy(random.nextBoolean() ? closed : crashed, directory());
		int mutations = 1 + random.nextInt(3);
		for (int i = 0; i < mutations; i++) {
			List<Path> files = TestFiles.list(directory())
				.stream()
				.filter((file) -> !file.endsWith("wal.lock"))
				.toList();
			mutate(random, files.get(random.nextInt(files.size())), files);
		}
		check(true);
	}

	private static void mutate(Random random, Path file, List<Path> files) {
		byte[] content = TestFiles.read(file);
		if (content.length == 0) {
			return;
		}
		int at = random.nextInt(content.length);
		int length = Math.min(content.length - at, 1 + random.nextInt(200));
		switch (random.nextInt(8)) {
			case 0 -> content[at] ^= (byte) (1 << random.nextInt(8));
			case 1 -> Arrays.fill(content, at, at + length, (byte) 0);
			case 2 -> Arrays.fill(content, at, content.length, (byte) 0);
			case 3 -> content = Arrays.copyOf(content, at);
			case 4 -> content = Arrays.copyOf(content, content.length + random.nextInt(5000));
			case 5 -> {
				byte[] noise = new byte[length];
				random.nextBytes(noise);
				System.arraycopy(noise, 0, content, at, length);
			}
			case 6 -> {
				int from = random.nextInt(content.length - length + 1) & ~7;
				System.arraycopy(content, from, content, Math.min(at & ~7, content.length - length), length);
			}
			default -> content = TestFiles.read(files.get(random.nextInt(files.size())));
		}
		TestFiles.write(file, content);
	}

	@Property(tries = 20)
	@Tag("D21")
	void missingFilesOfALogAreNoticed(@ForAll long seed) throws IOException {
		Random random = new Random(seed);
		TestFiles.copy(random.nextBoolean() ? closed : crashed, directory());
		for (Path file : TestFiles.list(directory())) {
			if (random.nextInt(4) == 0) {
				Files.delete(file);
			}
		}
		check(true);
	}

	@Property(tries = 40)
	@Tag("D18")
	@Tag("D31")
	void blocksThatLieWithRightChecksumsAreReadOrRefused(@ForAll long seed) {
		Random random = new Random(seed);
		TestFiles.copy(random.nextBoolean() ? closed : crashed, directory());
		List<Path> segments = TestFiles.segments(directory());
		Path segment = segments.get(random.nextInt(segments.size()));
		byte[] content = TestFiles.read(segment);
		ByteBuffer bytes = Format.buffer(content.length).put(0, content);
		SegmentHeader header = SegmentHeader.decode(bytes);
		if (header == null) {
			return;
		}
		long[] values = { 0, 1, -1, 2, 7, 13, 40, 41, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE,
				Long.MIN_VALUE, Long.MAX_VALUE - 3, random.nextLong(), content.length, header.number() };
		// Change a field of a block, and make its checksums right again.
		int block = 4096;
		for (int i = random.nextInt(6); i > 0; i--) {
			int next = block + Format.BLOCK_HEADER_SIZE + Format.align(bytes.getInt(block + 8));
			if (next + Format.BLOCK_HEADER_SIZE > content.length || bytes.getInt(next) != Format.BLOCK_MAGIC) {
				break;
			}
			block = next;
		}
		int body = Format.align(bytes.getInt(block + 8));
		long value = values[random.nextInt(values.length)];
		switch (random.nextInt(8)) {
			case 0 -> bytes.put(block + 4, (byte) value);
			case 1 -> bytes.put(block + 5, (byte) value);
			case 2 -> bytes.putInt(block + 8, (int) value).putInt(block + 12, (int) value);
			case 3 -> bytes.putLong(block + 16, value);
			case 4 -> bytes.putInt(block + 24, (int) value);
			case 5 -> bytes.putLong(block + 40, value);
			case 6 -> bytes.putInt(block + Format.BLOCK_HEADER_SIZE, (int) value);
			default -> {
				if (body >= 24) {
					bytes.putLong(block + Format.BLOCK_HEADER_SIZE + 8 * random.nextInt(3), value);
				}
			}
		}
		int bodyStart = block + Format.BLOCK_HEADER_SIZE;
		bytes.putInt(block + 28, new Checksum().of(header.salt(), bytes, bodyStart, bodyStart + body));
		bytes.putInt(block + 52, new Checksum().of(header.salt(), bytes, block, block + 52));
		bytes.get(0, content);
		TestFiles.write(segment, content);
		check(false);
	}

}
