// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32;

import dev.wal.CorruptionPolicy;
import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.LegacyLogs.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for reading the golden logs of allsource.
 */
@Tag("R88")
class AllsourceImportTests {

	private static final String FIRST = "wal-0000000000000000.log";

	@TempDir
	Path directory;

	@Test
	void readsOneFileAndKeepsTheTextOfTheEvent() throws IOException {
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, golden("single"));
		assertThat(result.ids()).containsExactly(1L, 2L, 3L, 4L, 5L);
		assertThat(result.report().findings()).isEmpty();
		List<String> lines = Files.readAllLines(golden("single").resolve(FIRST));
		for (int i = 0; i < lines.size(); i++) {
			String event = new String(LegacyLogs.bytes(result.records().get(i).payload()), StandardCharsets.UTF_8);
			assertThat(event).startsWith("{\"id\":\"a4e1f320").endsWith("\"version\":1}");
			assertThat(lines.get(i)).contains("\"event\":" + event + ",\"checksum\":");
		}
	}

	@Test
	void readsRotatedFiles() {
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, golden("rotated"));
		assertThat(result.ids()).isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
		assertThat(result.report().files()).hasSize(6);
		assertThat(result.report().findings()).isEmpty();
	}

	@Test
	void readsWhatAnOlderReleaseWrote() {
		assertThat(LegacyLogs.intact(LegacyLayout.ALLSOURCE, golden("legacy-0.19")).ids()).containsExactly(1L);
	}

	@Test
	void tellsWhatRetentionDeleted() {
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, golden("retention-loss"));
		assertThat(result.ids()).containsExactly(17L, 18L, 19L, 20L);
		assertThat(result.only(Kind.NOTICE).reason()).contains("not the first file");
	}

	/**
	 * The ancestor recovered two entries; it had acknowledged the third that is intact.
	 */
	@Test
	void reportsTheFusedLineAndFindsTheEntryInIt() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, golden("torn-then-append"));
		assertThat(report.findings(Kind.DAMAGE)).singleElement()
			.extracting(LegacyFinding::reason)
			.isEqualTo("the line is not one JSON object");
		assertThat(report.findings(Kind.NOTICE)).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.startsWith("the sequence 1 was used before");
		assertThat(report.findings()).hasSize(2);
		Result result = LegacyLogs.read(LegacyLayout.ALLSOURCE, golden("torn-then-append"), CorruptionPolicy.SKIP);
		assertThat(result.ids()).containsExactly(1L, 2L, 1L);
		assertThat(result.texts().get(2)).contains("a4e1f320-4716-4542-9313-4d72e1220004");
		assertThat(LegacyLogs.read(LegacyLayout.ALLSOURCE, golden("torn-then-append"), CorruptionPolicy.TRUNCATE).ids())
			.containsExactly(1L, 2L);
	}

	/**
	 * The ancestor failed as a whole.
	 */
	@Test
	void reportsALineThatIsNotUtf8() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, golden("non-utf8"));
		assertThat(report.findings()).singleElement()
			.extracting(LegacyFinding::reason)
			.isEqualTo("the line is not valid UTF-8");
		assertThat(LegacyLogs.read(LegacyLayout.ALLSOURCE, golden("non-utf8"), CorruptionPolicy.SKIP).ids())
			.containsExactly(1L, 3L);
	}

	@Test
	void verifiesTheChecksumVectors() throws IOException {
		for (Object json : GoldenFiles
			.array(GoldenFiles.object(GoldenFiles.json("allsource/checksum-vectors.json")).get("vectors"))) {
			Map<String, Object> vector = GoldenFiles.object(json);
			for (long change = 0; change < 2; change++) {
				Files.writeString(this.directory.resolve("wal-0000000000000006.log"),
						"{\"sequence\":" + vector.get("sequence") + ",\"wal_timestamp\":\""
								+ vector.get("wal_timestamp_json") + "\",\"event\":{\"id\":\"" + vector.get("event_id")
								+ "\"},\"checksum\":" + ((Long) vector.get("checksum") + change) + "}\n");
				assertThat(LegacyLogs.read(LegacyLayout.ALLSOURCE, this.directory, CorruptionPolicy.SKIP).records())
					.hasSize((change == 0) ? 1 : 0);
			}
		}
	}

	@Test
	void tornLastLineIsATailInAnyFile() throws IOException {
		GoldenFiles.copy("allsource/rotated", this.directory);
		Path first = this.directory.resolve(FIRST);
		byte[] content = Files.readAllBytes(first);
		byte[] torn = "{\"sequence\":21,\"wal_times".getBytes(StandardCharsets.UTF_8);
		byte[] appended = Arrays.copyOf(content, content.length + torn.length);
		System.arraycopy(torn, 0, appended, content.length, torn.length);
		Files.write(first, appended);
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(result.records()).hasSize(20);
		assertThat(result.only(Kind.TORN_TAIL).offset()).isEqualTo(content.length);
	}

	@Test
	@Tag("D21")
	void reportsAMissingFile() throws IOException {
		GoldenFiles.copy("allsource/rotated", this.directory);
		Files.delete(this.directory.resolve("wal-0000000000000008.log"));
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(report.findings()).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.startsWith("4 of the entries 5 to 12 that belong into wal-0000000000000004.log are missing");
	}

	@Test
	void reportsAMissingLine() throws IOException {
		for (String file : new String[] { FIRST, "wal-0000000000000010.log" }) {
			GoldenFiles.copy("allsource/rotated", this.directory.resolve(file));
			Path changed = this.directory.resolve(file).resolve(file);
			List<String> lines = new ArrayList<>(Files.readAllLines(changed));
			lines.remove(1);
			Files.write(changed, lines);
			LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory.resolve(file));
			assertThat(report.findings()).singleElement()
				.extracting(LegacyFinding::reason)
				.asString()
				.startsWith("1 of the entries");
		}
	}

	/**
	 * As if every sequence from 1 to the highest were there, if one only counts them.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "1,2,2,4", "1,4,2,2", "1,1,3,4", "2,2,3,4", "1,2,4,4,4,4" })
	void aRepeatedSequenceDoesNotStandForAMissingOne(String sequences) throws IOException {
		write(FIRST, entries(sequences));
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(report.findings(Kind.DAMAGE)).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.startsWith("1 of the entries 1 to 4 that belong into " + FIRST + " are missing");
		assertThat(report.findings(Kind.NOTICE)).hasSize(1);
		assertThat(report.records()).isEqualTo(sequences.split(",").length);
	}

	@Test
	void aRepeatedSequenceInAnotherFileDoesNotEither() throws IOException {
		write(FIRST, entries("1,2,3,4"));
		write("wal-0000000000000004.log", entries("5,7,8,4"));
		assertThat(LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory).findings(Kind.DAMAGE)).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.startsWith("1 of the entries 5 to 8 that belong into wal-0000000000000004.log are missing");
	}

	@Test
	void tellsOnceThatSequencesAreRepeated() throws IOException {
		write(FIRST, entries("1,2,3,1,2,3"));
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(result.ids()).containsExactly(1L, 2L, 3L, 1L, 2L, 3L);
		LegacyFinding notice = result.only(Kind.NOTICE);
		assertThat(notice.reason()).startsWith("the sequence 1 was used before");
		assertThat(notice.offset()).isEqualTo(result.records().get(3).offset());
	}

	/**
	 * What is left of an entry that a crash cut off has the sequence of the next one,
	 * which stands on the same line. It says so, or is too short to say it.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 13, 14, 15, 40 })
	void aTornEntryDoesNotStandForAMissingOne(int length) throws IOException {
		String torn = entry(3).substring(0, length);
		write(FIRST, entries("1,2") + torn + entries("3,4,6"));
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(report.records()).isEqualTo(5);
		assertThat(report.findings()).extracting(LegacyFinding::kind).containsExactly(Kind.DAMAGE, Kind.DAMAGE);
		assertThat(report.findings().get(1).reason()).startsWith("1 of the entries 1 to 6");
	}

	@Test
	void aDamagedLineStandsForTheEntryThatItWas() throws IOException {
		write(FIRST, entries("1,2") + entry(3).replace("id", "xx") + "\n" + entries("4"));
		assertThat(LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory).findings()).singleElement()
			.extracting(LegacyFinding::offset)
			.isEqualTo((long) entries("1,2").length());
	}

	/**
	 * Retention deleted what came before 17; the restart began the first file anew.
	 */
	@Test
	void tellsThatTheFirstFileWasCreatedAgain() throws IOException {
		GoldenFiles.copy("allsource/retention-loss", this.directory);
		write(FIRST, entries("21,22"));
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(result.ids()).containsExactly(21L, 22L, 17L, 18L, 19L, 20L);
		assertThat(result.only(Kind.NOTICE).reason()).startsWith("the entries 1 to 16 that belong into " + FIRST);
		write(FIRST, entries("7,21,22"));
		assertThat(LegacyLogs.refused(LegacyLayout.ALLSOURCE, this.directory).findings()).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.startsWith("15 of the entries 1 to 16");
	}

	/**
	 * Threads raced for the order, for the rotation, and a restart went on in the first
	 * file: all of that is how this log is.
	 */
	@Test
	void acceptsTheDisorderOfTheAncestor() throws IOException {
		GoldenFiles.copy("allsource/rotated", this.directory);
		List<String> first = new ArrayList<>(Files.readAllLines(this.directory.resolve(FIRST)));
		Path secondFile = this.directory.resolve("wal-0000000000000004.log");
		List<String> second = new ArrayList<>(Files.readAllLines(secondFile));
		Path lastFile = this.directory.resolve("wal-0000000000000010.log");
		List<String> last = new ArrayList<>(Files.readAllLines(lastFile));
		Collections.swap(second, 0, 3);
		second.add(1, first.remove(3));
		first.add(last.remove(3));
		Files.write(this.directory.resolve(FIRST), first);
		Files.write(secondFile, second);
		Files.write(lastFile, last);
		Result result = LegacyLogs.intact(LegacyLayout.ALLSOURCE, this.directory);
		assertThat(result.ids()).hasSize(20).startsWith(1L, 2L, 3L, 20L);
	}

	@Test
	void boundsTheLengthOfALine() throws IOException {
		GoldenFiles.copy("allsource/single", this.directory);
		Result result = LegacyLogs.read(LegacyImport.of(LegacyLayout.ALLSOURCE, this.directory)
			.maxRecordSize(1)
			.onDamage(CorruptionPolicy.SKIP));
		assertThat(result.records()).hasSize(5);
		Path file = this.directory.resolve(FIRST);
		Files.writeString(file, "x".repeat(100_000) + "\n" + Files.readString(file));
		result = LegacyLogs.read(LegacyImport.of(LegacyLayout.ALLSOURCE, this.directory)
			.maxRecordSize(1)
			.onDamage(CorruptionPolicy.SKIP));
		assertThat(result.records()).hasSize(5);
		assertThat(result.only(Kind.DAMAGE).length()).isEqualTo(100_001);
	}

	@Test
	void countsMoreDamageThanItKeeps() throws IOException {
		write(FIRST, "x\n".repeat(1100) + entries("1"));
		LegacyImportReport report = LegacyImport.of(LegacyLayout.ALLSOURCE, this.directory).inspect();
		assertThat(report.damageCount()).isEqualTo(1100);
		assertThat(report.findings()).hasSize(LegacyFileReport.MAX_FINDINGS);
		assertThat(LegacyOrigin.of(LegacyOrigin.Mark.END, report).damaged()).isEqualTo(1100);
	}

	/**
	 * Such bytes are valid UTF-8 too, with a zero after each letter.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE" })
	@Tag("D31")
	void aLineInAnotherEncodingIsDamage(String encoding) throws IOException {
		byte[] line = entry(1).getBytes(encoding);
		byte[] file = Arrays.copyOf(line, line.length + 1);
		file[line.length] = '\n';
		Files.write(this.directory.resolve(FIRST), file);
		Result result = LegacyLogs.read(LegacyLayout.ALLSOURCE, this.directory, CorruptionPolicy.SKIP);
		assertThat(result.records()).isEmpty();
		assertThat(result.only(Kind.DAMAGE).reason()).isEqualTo("the line is not one JSON object");
	}

	@Test
	void namesAndTextsMayBeAsLongAsALine() throws IOException {
		String event = "\"event\":{\"" + "n".repeat(100_000) + "\":0,";
		write(FIRST, entry(1).replace("\"event\":{", event) + "\n");
		assertThat(LegacyLogs.intact(LegacyLayout.ALLSOURCE, this.directory).ids()).containsExactly(1L);
	}

	private void write(String name, String lines) throws IOException {
		Files.writeString(this.directory.resolve(name), lines);
	}

	private static String entries(String sequences) {
		return Arrays.stream(sequences.split(","))
			.map((sequence) -> entry(Long.parseLong(sequence)) + "\n")
			.collect(Collectors.joining());
	}

	private static String entry(long sequence) {
		String id = new UUID(0, sequence).toString();
		CRC32 crc = new CRC32();
		crc.update((sequence + "2026-03-07 16:52:51.859568 UTC" + id).getBytes(StandardCharsets.UTF_8));
		return "{\"sequence\":" + sequence + ",\"wal_timestamp\":\"2026-03-07T16:52:51.859568Z\",\"event\":{\"id\":\""
				+ id + "\"},\"checksum\":" + crc.getValue() + "}";
	}

	private static Path golden(String folder) {
		return GoldenFiles.path("allsource/" + folder);
	}

}
