// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import dev.wal.CorruptionPolicy;
import dev.wal.migrate.LegacyFinding.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the tests of all layouts do.
 */
final class LegacyLogs {

	private LegacyLogs() {
	}

	static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(bytes);
		return bytes;
	}

	static String hex(LegacyRecord entry) {
		return HexFormat.of().formatHex(bytes(entry.payload()));
	}

	static Result read(LegacyLayout layout, Path source, CorruptionPolicy policy) {
		return read(LegacyImport.of(layout, source).onDamage(policy));
	}

	static Result read(LegacyImport legacy) {
		List<LegacyRecord> records = new ArrayList<>();
		try (LegacyLogReader reader = legacy.read()) {
			reader.forEach(records::add);
			return new Result(records, reader.report());
		}
	}

	/**
	 * Read a log that has no damage, under every policy.
	 */
	static Result intact(LegacyLayout layout, Path source) {
		Result result = read(layout, source, CorruptionPolicy.FAIL);
		assertThat(result.report().isIntact()).isTrue();
		assertThat(read(layout, source, CorruptionPolicy.TRUNCATE).records()).isEqualTo(result.records());
		assertThat(read(layout, source, CorruptionPolicy.SKIP).records()).isEqualTo(result.records());
		assertThat(LegacyImport.of(layout, source).inspect().records()).isEqualTo(result.records().size());
		return result;
	}

	/**
	 * Check that a damaged log is refused, and that its damage is reported.
	 */
	static LegacyImportReport refused(LegacyLayout layout, Path source) {
		assertThatExceptionOfType(LegacyDamagedException.class)
			.isThrownBy(() -> read(layout, source, CorruptionPolicy.FAIL))
			.satisfies((ex) -> assertThat(ex.report().isIntact()).isFalse());
		LegacyImportReport report = LegacyImport.of(layout, source).inspect();
		assertThat(report.isIntact()).isFalse();
		return report;
	}

	/**
	 * What reading to the end gave.
	 */
	record Result(List<LegacyRecord> records, LegacyImportReport report) {

		List<Long> ids() {
			return this.records.stream().map((entry) -> entry.id().getAsLong()).toList();
		}

		List<String> texts() {
			return this.records.stream()
				.map((entry) -> new String(bytes(entry.payload()), StandardCharsets.UTF_8))
				.toList();
		}

		LegacyFinding only(Kind kind) {
			assertThat(this.report.findings()).singleElement().extracting(LegacyFinding::kind).isEqualTo(kind);
			return this.report.findings().get(0);
		}

	}

}
