// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

import dev.wal.CorruptionPolicy;
import dev.wal.migrate.LegacyFileReport.Outcome;
import dev.wal.migrate.LegacyFinding.Kind;
import dev.wal.migrate.LegacyLogs.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for reading the golden logs of walogs, versions 1 and 2.
 */
@Tag("R88")
class WalogsImportTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "single", "multi", "oversize-entry", "v1-only" })
	void readsWhatWalogsRead(String folder) {
		Result result = LegacyLogs.intact(LegacyLayout.WALOGS, golden(folder));
		assertThatEntriesAre(folder, result);
		assertThat(result.report().findings()).isEmpty();
		assertThat(result.report().version()).isEqualTo(folder.equals("v1-only") ? 1 : 2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "torn-payload", "garbage-tail", "zero-tail" })
	void reportsTornTailWhereWalogsCutIt(String folder) {
		Result result = LegacyLogs.intact(LegacyLayout.WALOGS, golden(folder));
		assertThatEntriesAre(folder, result);
		LegacyFinding tail = result.only(Kind.TORN_TAIL);
		assertThat(GoldenFiles.object(outcomes().get(folder)).get("tail_state"))
			.isEqualTo("TruncatedAt(" + tail.offset() + ")");
		assertThat(tail.offset() + tail.length()).isEqualTo(result.report().files().get(0).size());
	}

	/**
	 * Walogs dropped all seven acknowledged entries here.
	 */
	@Test
	void reportsDamageInTheLastSegment() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.WALOGS, golden("mid-flip-last-segment"));
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.kind()).isEqualTo(Kind.DAMAGE);
			assertThat(finding.offset()).isZero();
			assertThat(finding.length()).isEqualTo(27);
		});
		assertThat(skip("mid-flip-last-segment").ids()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
		assertThat(truncate("mid-flip-last-segment").ids()).isEmpty();
	}

	@Test
	void reportsDamageInAnEarlierSegment() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.WALOGS, golden("mid-flip-completed-segment"));
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.file()).isEqualTo("wal-000002.log");
			assertThat(finding.offset()).isZero();
		});
		assertThat(skip("mid-flip-completed-segment").ids()).hasSize(19).contains(4L, 6L).doesNotContain(5L);
		Result truncated = truncate("mid-flip-completed-segment");
		assertThat(truncated.ids()).containsExactly(1L, 2L, 3L, 4L);
		assertThat(truncated.report().files()).extracting(LegacyFileReport::outcome)
			.startsWith(Outcome.READ, Outcome.STOPPED, Outcome.NOT_READ);
	}

	@Test
	void reportsMissingSegment() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.WALOGS, golden("sequence-gap"));
		assertThat(report.findings()).extracting(LegacyFinding::reason)
			.anySatisfy((reason) -> assertThat(reason).contains("wal-000002.log is followed by wal-000004.log"))
			.anySatisfy((reason) -> assertThat(reason).contains("are missing"));
	}

	@Test
	void reportsJumpBetweenSegments() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.WALOGS, golden("lsn-jump-between-segments"));
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.file()).isEqualTo("wal-000002.log");
			assertThat(finding.reason()).isEqualTo("the records 3 to 4 are missing");
		});
		assertThat(skip("lsn-jump-between-segments").ids()).containsExactly(1L, 2L, 5L);
		assertThat(truncate("lsn-jump-between-segments").ids()).containsExactly(1L, 2L);
	}

	/**
	 * Walogs accepted this.
	 */
	@Test
	void reportsJumpInsideSegment() {
		LegacyLogs.refused(LegacyLayout.WALOGS, golden("lsn-jump-inside-segment"));
		assertThat(skip("lsn-jump-inside-segment").ids()).containsExactly(1L, 7L);
	}

	/**
	 * Walogs accepted this too.
	 */
	@Test
	void reportsNumberZero() {
		LegacyLogs.refused(LegacyLayout.WALOGS, golden("lsn-zero"));
		assertThat(skip("lsn-zero").ids()).isEmpty();
	}

	@Test
	void doesNotDeliverARepeatedNumber() throws IOException {
		write("wal-000001.log", frame(1, "a"), frame(1, "again"), frame(2, "b"));
		LegacyLogs.refused(LegacyLayout.WALOGS, this.directory);
		assertThat(LegacyLogs.read(LegacyLayout.WALOGS, this.directory, CorruptionPolicy.SKIP).texts())
			.containsExactly("a", "b");
	}

	@Test
	void refusesBothVersionsTogether() {
		assertThatExceptionOfType(LegacyFormatException.class)
			.isThrownBy(() -> LegacyImport.of(LegacyLayout.WALOGS, golden("v1-and-v2")).read())
			.withMessageContaining("wal.log")
			.withMessageContaining("wal-000001.log");
	}

	@Test
	void tellsThatEarlierSegmentsAreGone() {
		Result result = LegacyLogs.intact(LegacyLayout.WALOGS, golden("empty-only"));
		assertThat(result.records()).isEmpty();
		assertThat(result.only(Kind.NOTICE).file()).isEqualTo("wal-000004.log");
	}

	@Test
	@Tag("D1")
	void decodesTheFrameVectorsUnsigned() throws IOException {
		for (Object vector : GoldenFiles.array(GoldenFiles.json("walogs/frame-vectors.json"))) {
			Map<String, Object> frame = GoldenFiles.object(vector);
			Files.write(this.directory.resolve("wal-000001.log"),
					HexFormat.of().parseHex((String) frame.get("frame_hex")));
			long lsn = Long.parseUnsignedLong(frame.get("lsn").toString());
			Result result = LegacyLogs.read(LegacyLayout.WALOGS, this.directory, CorruptionPolicy.SKIP);
			if (lsn == 0) {
				assertThat(result.only(Kind.DAMAGE).offset()).isZero();
				continue;
			}
			assertThat(result.ids()).containsExactly(lsn);
			assertThat(LegacyLogs.hex(result.records().get(0))).isEqualTo(frame.get("data_hex"));
		}
	}

	/**
	 * Walogs writes segment 1 000 000 and does not find it again.
	 */
	@Test
	@Tag("D22")
	void readsSegmentsPastSixDigits() throws IOException {
		write("wal-999999.log", frame(1, "a"));
		write("wal-1000000.log", frame(2, "b"));
		write("wal-0000001.log", frame(9, "not a name of walogs"));
		Result result = LegacyLogs.intact(LegacyLayout.WALOGS, this.directory);
		assertThat(result.texts()).containsExactly("a", "b");
		assertThat(result.report().ignored()).containsExactly("wal-0000001.log");
	}

	@Test
	@Tag("D18")
	void allocatesNothingForAnAbsurdLength() throws IOException {
		write("wal-000001.log", frame(1, "a"), new byte[] { -1, -1, -1, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 });
		Result result = LegacyLogs.intact(LegacyLayout.WALOGS, this.directory);
		assertThat(result.texts()).containsExactly("a");
		assertThat(result.only(Kind.TORN_TAIL).reason()).contains("4294967295");
	}

	/**
	 * The bytes that the bad entry's own length covers are its content: what looks like
	 * an entry in there was never one.
	 */
	@Test
	void doesNotResurrectAnEntryInsideTheContentOfABadOne() throws IOException {
		byte[] outer = frame(2, new String(frame(3, "inner"), StandardCharsets.ISO_8859_1));
		outer[outer.length - 1] ^= 1;
		write("wal-000001.log", frame(1, "a"), outer, frame(3, "c"));
		Result result = LegacyLogs.read(LegacyLayout.WALOGS, this.directory, CorruptionPolicy.SKIP);
		assertThat(result.texts()).containsExactly("a", "c");
		write("wal-000001.log", frame(1, "a"), outer);
		assertThat(LegacyLogs.intact(LegacyLayout.WALOGS, this.directory).only(Kind.TORN_TAIL).offset()).isEqualTo(17);
	}

	private void write(String name, byte[]... frames) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte[] frame : frames) {
			bytes.write(frame);
		}
		Files.write(this.directory.resolve(name), bytes.toByteArray());
	}

	static byte[] frame(long lsn, String text) {
		byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
		ByteBuffer frame = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
		frame.putInt(data.length).putInt(0).putLong(lsn).put(data);
		CRC32 crc = new CRC32();
		crc.update(frame.array(), 0, 4);
		crc.update(frame.array(), 8, 8 + data.length);
		frame.putInt(4, (int) crc.getValue());
		return frame.array();
	}

	private static Path golden(String folder) {
		return GoldenFiles.path("walogs/" + folder);
	}

	private static Map<String, Object> outcomes() {
		return GoldenFiles.object(GoldenFiles.json("walogs/outcomes.json"));
	}

	private static Result skip(String folder) {
		return LegacyLogs.read(LegacyLayout.WALOGS, golden(folder), CorruptionPolicy.SKIP);
	}

	private static Result truncate(String folder) {
		return LegacyLogs.read(LegacyLayout.WALOGS, golden(folder), CorruptionPolicy.TRUNCATE);
	}

	private static void assertThatEntriesAre(String folder, Result result) {
		List<Object> entries = GoldenFiles.array(GoldenFiles.object(outcomes().get(folder)).get("entries"));
		assertThat(result.records()).hasSameSizeAs(entries);
		for (int i = 0; i < entries.size(); i++) {
			Map<String, Object> entry = GoldenFiles.object(entries.get(i));
			assertThat(result.ids().get(i)).isEqualTo(entry.get("lsn"));
			assertThat(LegacyLogs.hex(result.records().get(i))).isEqualTo(entry.get("data_hex"));
		}
	}

}
