// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.file.Path;

import dev.wal.LocalWriteAheadLog;
import dev.wal.WriteAheadLog;
import dev.wal.migrate.LegacyImport;
import dev.wal.migrate.LegacyImportReport;
import dev.wal.migrate.LegacyLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The import that the documentation prints.
 */
class ImportTests {

	@Test
	void everyRecordIsTakenOver(@TempDir Path target) {
		Path source = Path.of("src/test/resources/golden/walogs/multi");
		// tag::import[]
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(target).open()) {
			LegacyImportReport report = LegacyImport.of(LegacyLayout.WALOGS, source).into(wal);
			System.out.println(report.records() + " records, now LSN " + report.imported());
		}
		// end::import[]
		try (LocalWriteAheadLog wal = WriteAheadLog.builder(target).open()) {
			assertThat(wal.lastLsn().value()).isGreaterThan(20);
		}
	}

}
