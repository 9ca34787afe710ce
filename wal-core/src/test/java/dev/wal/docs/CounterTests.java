// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WriteAheadLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class CounterTests {

	@Test
	void appendsWhatItCounts() {
		// Deleted on close.
		try (WriteAheadLog wal = WriteAheadLog.temporary().open()) {
			Counter counter = new Counter(wal);
			counter.increment();
			assertThat(wal.lastLsn()).isEqualTo(Lsn.FIRST);
		}
	}

	@Test
	void countsOnAfterARestart(@TempDir Path directory) {
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			new Counter(wal).increment();
		}
		try (WriteAheadLog wal = WriteAheadLog.builder(directory).open()) {
			assertThat(new Counter(wal).increment()).isEqualTo(2);
		}
	}

	static class Counter {

		private final WriteAheadLog wal;

		private int count;

		Counter(WriteAheadLog wal) {
			this.wal = wal;
			try (WalReader reader = wal.read(Lsn.FIRST)) {
				reader.forEach((record) -> this.count++);
			}
		}

		int increment() {
			this.wal.append("+1".getBytes(StandardCharsets.US_ASCII));
			return ++this.count;
		}

	}

}
