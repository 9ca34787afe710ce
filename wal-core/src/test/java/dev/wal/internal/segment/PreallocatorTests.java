// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.wal.SyncPolicy;
import dev.wal.WriteAheadLog;
import dev.wal.internal.log.LogOpener;
import dev.wal.internal.log.SegmentedLog;
import dev.wal.testing.disk.FailingStorage;
import dev.wal.testing.disk.FailingStorage.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Preallocator}.
 */
@Timeout(60)
class PreallocatorTests {

	@TempDir
	private Path directory;

	@Test
	@Tag("D6")
	@Tag("R56")
	void preparingTheNextSegmentNeverReplacesTheActiveOne() {
		FailingStorage storage = new FailingStorage(this.directory).withoutForces();
		Queue<String> replaced = new ConcurrentLinkedQueue<>();
		storage.hook((operation, file) -> {
			if (operation == Operation.RENAME && SegmentName.parse(file).isPresent()
					&& Files.exists(this.directory.resolve(file))) {
				replaced.add(file);
			}
		});
		byte[] payload = new byte[3000];
		try (SegmentedLog log = LogOpener.open(WriteAheadLog.builder(this.directory)
			.segmentSize(8 * 1024)
			.preallocate(false)
			.syncPolicy(SyncPolicy.none())
			.options(), storage)) {
			for (int i = 0; i < 20_000; i++) {
				log.append(payload);
				if (i % 100 == 99) {
					assertThat(replaced).isEmpty();
					log.checkpoint(log.sync());
				}
			}
		}
		assertThat(replaced).isEmpty();
	}

}
