// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

import dev.wal.CorruptionPolicy;
import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.LegacyLogs.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for reading the golden logs of xerv.
 */
@Tag("R88")
class XervImportTests {

	private static final String FIRST = "wal_0000000000000000.log";

	@TempDir
	Path directory;

	@Test
	void readsSevenFiles() {
		Result result = LegacyLogs.intact(LegacyLayout.XERV, GoldenFiles.path("xerv/multi"));
		assertThat(result.records()).hasSize(25);
		assertThat(result.report().files()).hasSize(7).extracting(LegacyFileReport::records).contains(1L);
		assertThat(result.report().findings()).isEmpty();
		Set<String> written = Set.copyOf(result.records().stream().map(LegacyLogs::hex).toList());
		for (Object vector : GoldenFiles
			.array(GoldenFiles.object(GoldenFiles.json("xerv-records.json")).get("records"))) {
			assertThat(written).contains((String) GoldenFiles.object(vector).get("hex"));
		}
	}

	@Test
	void readsOneFile() {
		Result result = LegacyLogs.intact(LegacyLayout.XERV, GoldenFiles.path("xerv/incomplete"));
		assertThat(result.records()).hasSize(14);
		assertThat(result.records().get(0).timestamp()).isNotNull();
		assertThat(result.report().findings()).isEmpty();
	}

	/**
	 * The ancestor failed as a whole.
	 */
	@Test
	void readsThirteenRecordsAndReportsTornTail() {
		Result result = LegacyLogs.intact(LegacyLayout.XERV, GoldenFiles.path("xerv/torn-tail"));
		assertThat(result.records()).hasSize(13);
		LegacyFinding tail = result.only(Kind.TORN_TAIL);
		assertThat(tail.offset()).isEqualTo(982 - 69);
		assertThat(tail.length()).isEqualTo(69 - 9);
	}

	@Test
	void reportsDamageInTheMiddle() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.XERV, GoldenFiles.path("xerv/mid-corrupt"));
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.kind()).isEqualTo(Kind.DAMAGE);
			assertThat(finding.offset()).isEqualTo(69);
			assertThat(finding.length()).isEqualTo(69);
		});
		assertThat(report.records()).isEqualTo(13);
		assertThat(LegacyLogs.read(LegacyLayout.XERV, GoldenFiles.path("xerv/mid-corrupt"), CorruptionPolicy.TRUNCATE)
			.records()).hasSize(1);
	}

	@Test
	@Tag("D21")
	void reportsMissingFile() throws IOException {
		GoldenFiles.copy("xerv/multi", this.directory);
		Files.delete(this.directory.resolve("wal_0000000000000003.log"));
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.XERV, this.directory);
		assertThat(report.findings()).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.contains("wal_0000000000000002.log is followed by wal_0000000000000004.log");
	}

	@Test
	void tellsThatTheBeginningIsGone() throws IOException {
		GoldenFiles.copy("xerv/multi", this.directory);
		Files.delete(this.directory.resolve(FIRST));
		assertThat(LegacyLogs.intact(LegacyLayout.XERV, this.directory).only(Kind.NOTICE).file())
			.isEqualTo("wal_0000000000000001.log");
	}

	/**
	 * The ancestor read these too, or failed because of them.
	 */
	@Test
	@Tag("D20")
	void ignoresStrayFiles() throws IOException {
		GoldenFiles.copy("xerv/incomplete", this.directory);
		for (String stray : new String[] { "application.log", "wal_5.log", "wal_000000000000000A.log", "wal_x.tmp" }) {
			Files.writeString(this.directory.resolve(stray), "no log at all");
		}
		Result result = LegacyLogs.intact(LegacyLayout.XERV, this.directory);
		assertThat(result.records()).hasSize(14);
		assertThat(result.report().ignored()).hasSize(4).contains("application.log", "wal_5.log");
	}

	@Test
	void tornEndBeforeAnotherFileIsDamage() throws IOException {
		GoldenFiles.copy("xerv/multi", this.directory);
		Path file = this.directory.resolve("wal_0000000000000002.log");
		byte[] bytes = Files.readAllBytes(file);
		Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.XERV, this.directory);
		assertThat(report.records()).isEqualTo(24);
	}

	/**
	 * What the ancestor acknowledged after a torn record made its whole log unreadable.
	 */
	@Test
	@Tag("D3")
	void findsRecordsAfterATornOne() throws IOException {
		byte[] torn = Files.readAllBytes(GoldenFiles.path("xerv/torn-tail").resolve(FIRST));
		byte[] good = Files.readAllBytes(GoldenFiles.path("xerv/incomplete").resolve(FIRST));
		byte[] log = Arrays.copyOf(torn, torn.length + good.length);
		System.arraycopy(good, 0, log, torn.length, good.length);
		Files.write(this.directory.resolve(FIRST), log);
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.XERV, this.directory);
		assertThat(report.records()).isEqualTo(13 + 14);
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.offset()).isEqualTo(13 * 69 + 16);
			assertThat(finding.length()).isEqualTo(60);
		});
	}

	@Test
	void reportsStrayBytesAndZerosAtTheEnd() throws IOException {
		byte[] good = Files.readAllBytes(GoldenFiles.path("xerv/incomplete").resolve(FIRST));
		for (int extra : new int[] { 1, 3, 4, 5000 }) {
			Files.write(this.directory.resolve(FIRST), Arrays.copyOf(good, good.length + extra));
			LegacyFinding tail = LegacyLogs.intact(LegacyLayout.XERV, this.directory).only(Kind.TORN_TAIL);
			assertThat(tail.offset()).isEqualTo(good.length);
			assertThat(tail.length()).isEqualTo(extra);
		}
	}

	/**
	 * One of these made the ancestor panic. That trace and node can be changed unnoticed
	 * is the ancestor's own choice of what to cover.
	 */
	@Test
	@Tag("D31")
	void damagedVectorsAreReported() throws IOException {
		for (Object vector : GoldenFiles
			.array(GoldenFiles.object(GoldenFiles.json("xerv-records.json")).get("damaged"))) {
			Map<String, Object> damaged = GoldenFiles.object(vector);
			Files.write(this.directory.resolve(FIRST), HexFormat.of().parseHex((String) damaged.get("hex")));
			Result result = LegacyLogs.read(LegacyLayout.XERV, this.directory, CorruptionPolicy.SKIP);
			boolean undetectable = GoldenFiles.object(damaged.get("result")).containsKey("ok");
			assertThat(result.records()).hasSize(undetectable ? 1 : 0);
			assertThat(result.report().findings()).hasSize(undetectable ? 0 : 1);
		}
	}

}
