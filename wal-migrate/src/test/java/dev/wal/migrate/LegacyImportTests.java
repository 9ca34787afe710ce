// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WalConfigurationException;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WalRecordTooLargeException;
import dev.wal.WriteAheadLog;
import dev.wal.migrate.LegacyOrigin.Mark;
import dev.wal.trace.TraceJournal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LegacyImport} into a log of this project.
 */
@Tag("R10")
class LegacyImportTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "WALOGS,walogs/v1-only,7,0", "WALOGS,walogs/multi,20,0", "XERV,xerv/multi,25,252",
			"WAVEKV,wavekv/node_1.wal,14,0", "ALLSOURCE,allsource/rotated,20,0", "XERV,xerv/torn-tail,13,252" })
	@Tag("R88")
	void importsEveryRecord(LegacyLayout layout, String source, int records, int type) throws IOException {
		Path golden = GoldenFiles.path(source);
		Path directory = Files.isDirectory(golden) ? golden : golden.getParent();
		Map<String, String> before = GoldenFiles.content(directory);
		List<LegacyRecord> expected = LegacyLogs.intact(layout, golden).records();
		LegacyImportReport report;
		try (LocalWriteAheadLog log = open("new")) {
			report = LegacyImport.of(layout, golden).into(log);
			assertThat(log.durableLsn()).isEqualTo(report.imported().last());
		}
		assertThat(report.records()).isEqualTo(records);
		try (LocalWriteAheadLog log = open("new")) {
			List<WalRecord> imported = records(log);
			List<WalRecord> content = imported.stream().filter((entry) -> !LegacyOrigin.isOrigin(entry)).toList();
			assertThat(content).hasSize(records);
			for (int i = 0; i < records; i++) {
				assertThat(content.get(i).payload()).isEqualTo(expected.get(i).payload());
				assertThat(content.get(i).type()).isEqualTo(type);
			}
			assertThat(report.imported().first()).isEqualTo(Lsn.FIRST);
			assertThat(report.imported().count()).isEqualTo(imported.size());
		}
		assertThat(GoldenFiles.content(directory)).isEqualTo(before);
	}

	@Test
	void recordsTheOrigin() {
		try (LocalWriteAheadLog log = open("new")) {
			LegacyImport.of(LegacyLayout.WALOGS, GoldenFiles.path("walogs/lsn-jump-between-segments"))
				.onDamage(CorruptionPolicy.SKIP)
				.into(log);
			List<LegacyOrigin> origins = records(log).stream()
				.filter(LegacyOrigin::isOrigin)
				.map((entry) -> LegacyOrigin.decode(entry.payload()))
				.toList();
			assertThat(origins).extracting(LegacyOrigin::mark)
				.containsExactly(Mark.START, Mark.RUN, Mark.RUN, Mark.END);
			assertThat(origins).allSatisfy((origin) -> {
				assertThat(origin.layout()).isEqualTo(LegacyLayout.WALOGS);
				assertThat(origin.version()).isEqualTo(2);
				assertThat(origin.source()).endsWith("lsn-jump-between-segments");
				assertThat(origin.records()).isEqualTo(3);
				assertThat(origin.damaged()).isEqualTo(1);
			});
			assertThat(origins.get(1).firstId()).hasValue(1);
			assertThat(origins.get(2).file()).isEqualTo("wal-000002.log");
			assertThat(origins.get(2).firstId()).hasValue(5);
		}
	}

	@Test
	void originSurvivesItsEncoding() {
		LegacyOrigin origin = new LegacyOrigin(Mark.RUN, LegacyLayout.ALLSOURCE, 1, "/a\\b=c\nd/é", "wal.log", 17,
				OptionalLong.of(-1), 4, 2);
		assertThat(LegacyOrigin.decode(ByteBuffer.wrap(origin.encode()))).isEqualTo(origin);
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> LegacyOrigin.decode(ByteBuffer.wrap(new byte[] { 1, 2, 3 })));
	}

	@Test
	void importsNothingOfADamagedLog() {
		try (LocalWriteAheadLog log = open("new")) {
			LegacyImport damaged = LegacyImport.of(LegacyLayout.WALOGS,
					GoldenFiles.path("walogs/mid-flip-last-segment"));
			assertThatExceptionOfType(LegacyDamagedException.class).isThrownBy(() -> damaged.into(log))
				.withMessageContaining("wal-000001.log at offset 0")
				.satisfies((ex) -> assertThat(ex.report().records()).isEqualTo(6));
			assertThat(log.lastLsn()).isEqualTo(Lsn.NONE);
			LegacyImportReport report = damaged.onDamage(CorruptionPolicy.SKIP).into(log);
			assertThat(report.records()).isEqualTo(6);
			assertThat(report.isIntact()).isFalse();
		}
	}

	@Test
	void takesOnlyAnEmptyLog() {
		try (LocalWriteAheadLog log = open("new")) {
			log.append(new byte[] { 1 });
			assertThatExceptionOfType(WalConfigurationException.class)
				.isThrownBy(() -> LegacyImport.of(LegacyLayout.WALOGS, GoldenFiles.path("walogs/single")).into(log));
			assertThat(log.lastLsn()).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	void importsNothingIfOneRecordIsTooLarge() {
		try (LocalWriteAheadLog log = WriteAheadLog.builder(this.directory.resolve("small"))
			.maxRecordSize(100)
			.open()) {
			assertThatExceptionOfType(WalRecordTooLargeException.class)
				.isThrownBy(
						() -> LegacyImport.of(LegacyLayout.WALOGS, GoldenFiles.path("walogs/oversize-entry")).into(log))
				.withMessageContaining("wal-000002.log at offset 0");
			assertThat(log.lastLsn()).isEqualTo(Lsn.NONE);
		}
	}

	@Test
	void givesTheTypeThatWasChosen() {
		try (LocalWriteAheadLog log = open("new")) {
			LegacyImport.of(LegacyLayout.WALOGS, GoldenFiles.path("walogs/single")).recordType(7).into(log);
			assertThat(records(log)).filteredOn((entry) -> entry.type() == 7).hasSize(7);
		}
		assertThatExceptionOfType(WalConfigurationException.class).isThrownBy(
				() -> LegacyImport.of(LegacyLayout.WALOGS, this.directory).recordType(LegacyOrigin.RECORD_TYPE));
	}

	/**
	 * Many batches, several windows of a file, and a record larger than both.
	 */
	@Test
	void importsALargeLog() throws IOException {
		Path source = Files.createDirectories(this.directory.resolve("old"));
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int lsn = 1; lsn <= 3000; lsn++) {
			bytes.write(WalogsImportTests.frame(lsn, "x".repeat((lsn == 1500) ? 2_000_000 : lsn % 500)));
		}
		Files.write(source.resolve("wal-000001.log"), bytes.toByteArray());
		try (LocalWriteAheadLog log = WriteAheadLog.builder(this.directory.resolve("new"))
			.maxRecordSize(2_000_000)
			.maxBatchSize(2_000_000)
			.open()) {
			LegacyImportReport report = LegacyImport.of(LegacyLayout.WALOGS, source).into(log);
			assertThat(report.records()).isEqualTo(3000);
			List<WalRecord> imported = records(log);
			assertThat(imported).hasSize(3003);
			assertThat(imported.get(2 + 1499).payload().remaining()).isEqualTo(2_000_000);
		}
	}

	@Test
	@Tag("R91")
	void readsImportedTraces() {
		try (LocalWriteAheadLog log = open("new")) {
			LegacyImport.of(LegacyLayout.XERV, GoldenFiles.path("xerv/incomplete")).into(log);
			assertThat(new TraceJournal(log).scan().incompleteTraces()).hasSize(2);
		}
	}

	@Test
	void aClosedReaderSaysSo() {
		LegacyLogReader reader = LegacyImport.of(LegacyLayout.WALOGS, GoldenFiles.path("walogs/single")).read();
		reader.iterator().next();
		reader.close();
		reader.close();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> reader.iterator().next());
	}

	/**
	 * Opening a pipe waits until somebody writes to it.
	 */
	@Test
	@Timeout(20)
	void refusesWhatIsNoRegularFile() throws Exception {
		Path old = Files.createDirectory(this.directory.resolve("old"));
		Path file = old.resolve("wal-000001.log");
		Path target = Files.write(this.directory.resolve("target"), WalogsImportTests.frame(1, "a"));
		Map<String, String> refused = Map.of("a pipe", "mkfifo " + file, "a directory", "mkdir " + file,
				"a symbolic link", "ln -s " + target + " " + file);
		for (Map.Entry<String, String> kind : refused.entrySet()) {
			assertThat(new ProcessBuilder(kind.getValue().split(" ")).start().waitFor()).isZero();
			assertThatExceptionOfType(LegacyFormatException.class)
				.isThrownBy(() -> LegacyImport.of(LegacyLayout.WALOGS, old).inspect())
				.withMessageContaining(file.toString())
				.withMessageContaining("it is " + kind.getKey());
			Files.delete(file);
		}
	}

	@Test
	@Tag("R51")
	void anInterruptNeitherStopsTheReadingNorIsLost() {
		Thread.currentThread().interrupt();
		assertThat(LegacyImport.of(LegacyLayout.WALOGS, GoldenFiles.path("walogs/single")).inspect().records())
			.isEqualTo(7);
		assertThat(Thread.interrupted()).isTrue();
	}

	/**
	 * Whichever bit is flipped, and here it is at least one of every byte, reading gives
	 * records that were written or says what is wrong, and never anything else. What a
	 * checksum does not cover may change unnoticed where the layout has nothing else to
	 * tell by.
	 */
	@ParameterizedTest
	@CsvSource({ "WALOGS,walogs/single,wal-000001.log,true", "WAVEKV,wavekv/node_1.wal,node_1.wal,true",
			"XERV,xerv/incomplete,wal_0000000000000000.log,false",
			"ALLSOURCE,allsource/legacy-0.19,wal-0000000000000000.log,false" })
	@Tag("D1")
	@Tag("D31")
	void flippedBitsNeverEndInAnythingElse(LegacyLayout layout, String golden, String name, boolean exact)
			throws IOException {
		Path source = GoldenFiles.path(golden);
		Path file = Files.isDirectory(source) ? source.resolve(name) : source;
		byte[] good = Files.readAllBytes(file);
		List<String> written = LegacyLogs.intact(layout, source).records().stream().map(LegacyLogs::hex).toList();
		int header = (layout == LegacyLayout.WAVEKV) ? 19 : 0;
		for (int bit = header * 8; bit < good.length * 8; bit += 7) {
			byte[] bad = good.clone();
			bad[bit / 8] ^= (byte) (1 << (bit % 8));
			Files.write(this.directory.resolve(name), bad);
			LegacyLogs.Result result = LegacyLogs.read(layout, this.directory, CorruptionPolicy.SKIP);
			if (exact) {
				assertThat(result.report().findings()).as("bit %d", bit).isNotEmpty();
				assertThat(result.records()).as("bit %d", bit).hasSizeLessThan(written.size());
				assertThat(written).as("bit %d", bit)
					.containsSubsequence(result.records().stream().map(LegacyLogs::hex).toList());
			}
			else if (result.records().size() < written.size()) {
				assertThat(result.report().findings()).as("bit %d", bit).isNotEmpty();
			}
		}
	}

	/**
	 * Pieces of the log in any order, some of them twice: nothing is delivered that was
	 * not written, nothing twice, and nothing out of order.
	 */
	@ParameterizedTest
	@CsvSource({ "WALOGS,walogs/single,wal-000001.log,0", "WAVEKV,wavekv/node_1.wal,node_1.wal,19" })
	@Tag("D8")
	void piecesInAnyOrderAreNeverResurrected(LegacyLayout layout, String golden, String name, int header)
			throws IOException {
		Path source = GoldenFiles.path(golden);
		byte[] good = Files.readAllBytes(Files.isDirectory(source) ? source.resolve(name) : source);
		List<String> written = LegacyLogs.intact(layout, source).records().stream().map(LegacyLogs::hex).toList();
		Random random = new Random(42);
		for (int round = 0; round < 300; round++) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			bytes.write(good, 0, header);
			for (int piece = random.nextInt(6); piece >= 0; piece--) {
				int from = header + random.nextInt(good.length - header);
				bytes.write(good, from, random.nextInt(good.length - from));
			}
			Files.write(this.directory.resolve(name), bytes.toByteArray());
			LegacyLogs.Result result = LegacyLogs.read(layout, this.directory, CorruptionPolicy.SKIP);
			assertThat(result.ids()).as("round %d", round).isSorted().doesNotHaveDuplicates();
			if (!result.records().isEmpty()) {
				assertThat(written).as("round %d", round)
					.containsSubsequence(result.records().stream().map(LegacyLogs::hex).toList());
			}
		}
	}

	/**
	 * The search for the next record reads no content of what cannot be one: its time is
	 * proportional to the damage, however long the bytes there say that it is.
	 */
	@ParameterizedTest
	@CsvSource({ "WALOGS,walogs/single,wal-000001.log,27,7", "WAVEKV,wavekv/node_1.wal,node_1.wal,46,14",
			"XERV,xerv/incomplete,wal_0000000000000000.log,69,14" })
	@Timeout(20)
	@Tag("D18")
	void findsTheNextRecordAfterMuchNoise(LegacyLayout layout, String golden, String name, int at, int records)
			throws IOException {
		Path source = GoldenFiles.path(golden);
		byte[] good = Files.readAllBytes(Files.isDirectory(source) ? source.resolve(name) : source);
		byte[] noise = new byte[16 << 20];
		new Random(1).nextBytes(noise);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.write(good, 0, at);
		bytes.writeBytes(noise);
		bytes.write(good, at, good.length - at);
		Files.write(this.directory.resolve(name), bytes.toByteArray());
		LegacyImportReport report = LegacyLogs.refused(layout, this.directory);
		assertThat(report.records()).isEqualTo(records);
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.offset()).isEqualTo(at);
			assertThat(finding.length()).isEqualTo(noise.length);
		});
	}

	/**
	 * A log that ends anywhere gives its whole records, and says where the rest begins.
	 */
	@ParameterizedTest
	@CsvSource({ "WALOGS,walogs/single,wal-000001.log", "WAVEKV,wavekv/node_1.wal,node_1.wal",
			"XERV,xerv/incomplete,wal_0000000000000000.log", "ALLSOURCE,allsource/single,wal-0000000000000000.log" })
	@Tag("D2")
	void cutAnywhereIsATornTail(LegacyLayout layout, String golden, String name) throws IOException {
		Path source = GoldenFiles.path(golden);
		Path file = Files.isDirectory(source) ? source.resolve(name) : source;
		byte[] good = Files.readAllBytes(file);
		List<LegacyRecord> written = LegacyLogs.intact(layout, source).records();
		for (int length = (layout == LegacyLayout.WAVEKV) ? 19 : 0; length < good.length; length++) {
			Files.write(this.directory.resolve(name), Arrays.copyOf(good, length));
			LegacyLogs.Result result = LegacyLogs.read(layout, this.directory, CorruptionPolicy.FAIL);
			assertThat(written.subList(0, result.records().size())).isEqualTo(result.records());
			if (!result.report().findings().isEmpty()) {
				LegacyFinding tail = result.only(LegacyFinding.Kind.TORN_TAIL);
				assertThat(tail.offset()).isEqualTo(written.get(result.records().size()).offset());
				assertThat(tail.offset() + tail.length()).isEqualTo(length);
			}
		}
	}

	private LocalWriteAheadLog open(String name) {
		return WriteAheadLog.builder(this.directory.resolve(name)).segmentSize(1 << 20).open();
	}

	private static List<WalRecord> records(LocalWriteAheadLog log) {
		List<WalRecord> records = new ArrayList<>();
		try (WalReader reader = log.read(Lsn.FIRST)) {
			reader.forEach(records::add);
		}
		return records;
	}

}
