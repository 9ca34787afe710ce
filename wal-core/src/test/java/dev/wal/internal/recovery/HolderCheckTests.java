// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.Map;

import dev.wal.WalLockedException;
import dev.wal.internal.io.DirectoryLock;
import dev.wal.internal.io.Holder;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.internal.segment.LogDirectory;
import dev.wal.internal.segment.RecoveredLog;
import dev.wal.internal.segment.SegmentName;
import dev.wal.testing.TestLogs;
import dev.wal.testing.disk.BytesStorage;
import dev.wal.testing.disk.FakeLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for opening a log whose control file names another holder, although this process
 * has the lock.
 */
@Tag("R9")
@Tag("D9")
class HolderCheckTests {

	@Test
	void recordsThatADyingHolderStillAppendsAreKept() throws Exception {
		BytesStorage disk = new BytesStorage();
		try (SegmentedLog holder = TestLogs.open(disk)) {
			TestLogs.append(holder, 3);
			BytesStorage left = new BytesStorage(disk.files());
			TestLogs.append(holder, 3);
			Map<String, byte[]> later = disk.files();
			DirectoryLock lock = new FakeLock() {

				@Override
				public void refuse(Holder named, String fileKey) {
					later.forEach(left::put);
				}

			};
			try (RecoveredLog recovered = Recovery.run(new LogDirectory(left), lock, TestLogs.builder().options())) {
				assertThat(recovered.nextLsn()).isEqualTo(7);
			}
		}
	}

	@Test
	void lockThatIsTakenAwayIsNoticedBeforeASegmentChanges() throws Exception {
		Map<String, byte[]> torn = TestLogs.with(TestLogs.killed(), SegmentName.of(3),
				(bytes) -> TestLogs.flip(bytes, (TestLogs.block(bytes, 12).offset() + 60) * 8L));
		BytesStorage storage = new BytesStorage(torn);
		DirectoryLock lock = new FakeLock() {

			@Override
			public boolean isMine() {
				return false;
			}

		};
		assertThatExceptionOfType(WalLockedException.class)
			.isThrownBy(() -> Recovery.run(new LogDirectory(storage), lock, TestLogs.builder().options()));
		for (int segment = 1; segment <= 3; segment++) {
			String name = SegmentName.of(segment);
			assertThat(storage.files().get(name)).as(name).isEqualTo(torn.get(name));
		}
	}

}
