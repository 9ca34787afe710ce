// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.List;
import java.util.Map;

import dev.wal.CorruptionPolicy;
import dev.wal.LocalWalView;
import dev.wal.SyncPolicy;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.ReadOnlyLog;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.QuietLog;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.tools.TestVerification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how much is read of a segment with many damaged blocks: it grows with the
 * size of the segment, not with the damage.
 */
@ExtendWith(QuietLog.class)
class ScanWorkTests {

	private static final int BLOCKS = 1500;

	private static Map<String, byte[]> damaged(boolean sealed, SyncPolicy policy, int every) {
		BytesStorage storage = new BytesStorage();
		try (SegmentedLog wal = LogOpener.open(TestLogs.builder().segmentSize(4 << 20).options(), storage)) {
			for (int i = 0; i < BLOCKS; i++) {
				wal.append(0, new byte[1000], policy);
			}
			if (sealed) {
				wal.rotate();
			}
		}
		return TestLogs.with(storage.files(), SegmentName.of(1), (bytes) -> {
			List<TestLogs.Block> blocks = TestLogs.blocks(bytes);
			for (int i = every; i < BLOCKS; i += every) {
				TestLogs.flip(bytes, (blocks.get(i).offset() + 100) * 8L);
			}
		});
	}

	private static long size(Map<String, byte[]> files) {
		return files.get(SegmentName.of(1)).length;
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@Tag("R100")
	void verifyReadsASegmentALimitedNumberOfTimes(boolean sealed) {
		for (SyncPolicy policy : List.of(SyncPolicy.none(), SyncPolicy.always())) {
			for (int every : List.of(2, 8, 100)) {
				Map<String, byte[]> files = damaged(sealed, policy, every);
				BytesStorage storage = new BytesStorage(files);
				assertThat(TestVerification.verify(storage).damage()).hasSize((BLOCKS - 1) / every);
				// A live log may look damaged, so damage is looked for five times.
				assertThat(storage.bytesRead()).as("every %s", every).isLessThan(5 * 5 * size(files));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@Tag("R64")
	void skippingReaderReadsASegmentALimitedNumberOfTimes(boolean sealed) {
		Map<String, byte[]> files = damaged(sealed, SyncPolicy.always(), 2);
		BytesStorage storage = new BytesStorage(files);
		try (LocalWalView view = ReadOnlyLog.open(storage, TestLogs.builder(CorruptionPolicy.SKIP).options())) {
			long before = storage.bytesRead();
			assertThat(view.read(view.firstLsn())).hasSize(BLOCKS - (BLOCKS - 1) / 2);
			assertThat(storage.bytesRead() - before).isLessThan(3 * size(files));
		}
	}

	@Test
	@Tag("R64")
	void openingWithSkipReadsASegmentALimitedNumberOfTimes() {
		Map<String, byte[]> files = damaged(false, SyncPolicy.none(), 2);
		BytesStorage storage = new BytesStorage(files);
		TestLogs.open(storage, CorruptionPolicy.SKIP).close();
		assertThat(storage.bytesRead()).isLessThan(6 * size(files));
	}

}
