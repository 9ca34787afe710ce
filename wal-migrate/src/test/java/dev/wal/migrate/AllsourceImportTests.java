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
import java.util.stream.LongStream;

import dev.wal.CorruptionPolicy;
import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.LegacyLogs.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
	 * The ancestor gave back two entries; the third that is intact it had acknowledged.
	 */
	@Test
	void reportsTheFusedLineAndFindsTheEntryInIt() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.ALLSOURCE, golden("torn-then-append"));
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.kind()).isEqualTo(Kind.DAMAGE);
			assertThat(finding.reason()).isEqualTo("the line is not one JSON object");
		});
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

	private static Path golden(String folder) {
		return GoldenFiles.path("allsource/" + folder);
	}

}
