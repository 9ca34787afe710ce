// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

import dev.wal.CorruptionPolicy;
import dev.wal.WalConfigurationException;
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
 * Tests for reading the golden logs of wavekv.
 */
@Tag("R88")
class WavekvImportTests {

	private static final int LARGEST = 5;

	@TempDir
	Path directory;

	@Test
	void readsAllOperations() {
		Result result = LegacyLogs.intact(LegacyLayout.WAVEKV, golden("node_1.wal"));
		assertThat(result.report().findings()).isEmpty();
		assertThat(result.ids()).isEqualTo(LongStream.rangeClosed(1, 14).boxed().toList());
		List<Object> entries = new ArrayList<>(
				GoldenFiles.array(GoldenFiles.object(GoldenFiles.json("wavekv/vectors.json")).get("entries")));
		entries.remove(LARGEST);
		for (int i = 0; i < entries.size(); i++) {
			String operation = (String) GoldenFiles.object(entries.get(i)).get("state_op_hex");
			assertThat(LegacyLogs.hex(result.records().get(i))).isEqualTo(operation);
			assertThat(result.records().get(i).type()).isEqualTo(Integer.parseInt(operation.substring(0, 2), 16));
		}
	}

	@Test
	void findsTheOneLogOfADirectory() throws IOException {
		Files.copy(golden("node_1.wal"), this.directory.resolve("node_1.wal"));
		assertThat(LegacyLogs.intact(LegacyLayout.WAVEKV, this.directory).records()).hasSize(14);
		Files.copy(golden("node_1.wal"), this.directory.resolve("node_2.wal"));
		assertThatExceptionOfType(LegacyFormatException.class)
			.isThrownBy(() -> LegacyImport.of(LegacyLayout.WAVEKV, this.directory).read())
			.withMessageContaining("several nodes");
	}

	@Test
	void reportsTornTail() {
		Result result = LegacyLogs.intact(LegacyLayout.WAVEKV, golden("torn-tail.wal"));
		assertThat(result.records()).hasSize(13);
		LegacyFinding tail = result.only(Kind.TORN_TAIL);
		assertThat(tail.offset() + tail.length()).isEqualTo(589);
	}

	@Test
	void reportsDamagedFirstEntry() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.WAVEKV, golden("flipped-first-entry.wal"));
		assertThat(report.findings()).singleElement().satisfies((finding) -> {
			assertThat(finding.offset()).isEqualTo(19);
			assertThat(finding.length()).isEqualTo(27);
		});
		assertThat(skip(golden("flipped-first-entry.wal")).ids()).hasSize(13).startsWith(2L);
	}

	/**
	 * The ancestor lost the entry that it had acknowledged after the restart.
	 */
	@Test
	@Tag("D3")
	void findsTheEntryAfterATornOne() {
		LegacyImportReport report = LegacyLogs.refused(LegacyLayout.WAVEKV, golden("append-past-torn-tail.wal"));
		assertThat(report.findings()).hasSize(1);
		assertThat(skip(golden("append-past-torn-tail.wal")).ids()).containsExactly(1L, 2L);
	}

	@Test
	@Tag("D19")
	void refusesTheLogOfAnotherNode() throws IOException {
		byte[] before = Files.readAllBytes(golden("other-node.wal"));
		assertThatExceptionOfType(LegacyFormatException.class)
			.isThrownBy(() -> LegacyLogs.read(LegacyImport.of(LegacyLayout.WAVEKV, golden("other-node.wal")).node(2)))
			.withMessageContaining("belongs to node 1, not to node 2");
		assertThat(LegacyLogs.read(LegacyImport.of(LegacyLayout.WAVEKV, golden("other-node.wal")).node(1)).records())
			.hasSize(14);
		assertThat(Files.readAllBytes(golden("other-node.wal"))).isEqualTo(before);
	}

	@Test
	void refusesANodeThatCannotBe() {
		for (long id : new long[] { -1, 1L << 32 }) {
			assertThatExceptionOfType(WalConfigurationException.class)
				.isThrownBy(() -> LegacyImport.of(LegacyLayout.WAVEKV, this.directory).node(id));
		}
		assertThatExceptionOfType(WalConfigurationException.class)
			.isThrownBy(() -> LegacyImport.of(LegacyLayout.WALOGS, this.directory).node(1))
			.withMessageContaining("a log of walogs belongs to no node");
	}

	@ParameterizedTest
	@ValueSource(strings = { "bad-magic.wal", "empty.wal" })
	void refusesWhatHasNoHeader(String file) {
		assertThatExceptionOfType(LegacyFormatException.class).isThrownBy(() -> skip(golden(file)));
	}

	@Test
	@Tag("D17")
	void refusesAHeaderThatIsCut() throws IOException {
		byte[] log = Files.readAllBytes(golden("node_1.wal"));
		for (int length = 0; length < 19; length++) {
			Path file = Files.write(this.directory.resolve("cut.wal"), Arrays.copyOf(log, length));
			assertThatExceptionOfType(LegacyFormatException.class).isThrownBy(() -> skip(file))
				.withMessageContaining("it holds no entry");
		}
	}

	@Test
	void refusesWhatIsNotThere() {
		assertThatExceptionOfType(LegacyFormatException.class)
			.isThrownBy(() -> LegacyImport.of(LegacyLayout.WAVEKV, this.directory.resolve("none")).read())
			.withMessageContaining("no such file");
	}

	/**
	 * No checksum covers the sequence: its order does.
	 */
	@Test
	void reportsAChangedSequence() throws IOException {
		byte[] log = Files.readAllBytes(golden("node_1.wal"));
		int second = 19 + 27;
		assertThat(log[second + 4]).isEqualTo((byte) 2);
		log[second + 4] = 77;
		Path file = Files.write(this.directory.resolve("changed.wal"), log);
		assertThat(LegacyLogs.refused(LegacyLayout.WAVEKV, file).findings()).singleElement()
			.extracting(LegacyFinding::reason)
			.asString()
			.contains("77 where 2 is due");
		assertThat(skip(file).ids()).hasSize(13).doesNotContain(2L, 77L);
	}

	@Test
	void goesOnAfterMissingEntries() throws IOException {
		byte[] log = Files.readAllBytes(golden("node_1.wal"));
		int second = 19 + 27;
		byte[] without = Arrays.copyOf(log, log.length - 25);
		System.arraycopy(log, second + 25, without, second, log.length - second - 25);
		Path file = Files.write(this.directory.resolve("missing.wal"), without);
		LegacyLogs.refused(LegacyLayout.WAVEKV, file);
		assertThat(skip(file).ids()).startsWith(1L, 4L, 5L).hasSize(12);
	}

	private static Result skip(Path file) {
		return LegacyLogs.read(LegacyLayout.WAVEKV, file, CorruptionPolicy.SKIP);
	}

	private static Path golden(String name) {
		return GoldenFiles.path("wavekv/" + name);
	}

}
