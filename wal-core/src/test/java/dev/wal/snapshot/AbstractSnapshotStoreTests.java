// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import dev.wal.LocalWriteAheadLog;
import dev.wal.Lsn;
import dev.wal.WriteAheadLog;
import dev.wal.testing.TestRecords;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log, and stores of snapshots of it.
 */
abstract class AbstractSnapshotStoreTests {

	@TempDir
	Path temp;

	LocalWriteAheadLog wal;

	private @Nullable SnapshotStore store;

	@BeforeEach
	void open() {
		this.wal = WriteAheadLog.builder(this.temp.resolve("log")).segmentSize(8 * 1024).preallocate(false).open();
	}

	@AfterEach
	void close() {
		this.wal.close();
	}

	Path directory() {
		return this.temp.resolve("log/snapshots");
	}

	/** Open the store of the directory, after the one before is closed. */
	SnapshotStore store(int kept) {
		if (this.store != null) {
			this.store.close();
		}
		this.store = SnapshotStore.open(directory(), kept, this.wal);
		return this.store;
	}

	static SnapshotContent content(Lsn lsn) {
		return (out) -> {
			out.write(TestRecords.text("state at " + lsn));
			return lsn;
		};
	}

	SnapshotInfo appendAndSnapshot(SnapshotStore store) {
		Lsn lsn = this.wal.append(new byte[100]);
		this.wal.rotate();
		return store.write(content(lsn));
	}

	static String text(Snapshot snapshot) throws IOException {
		try (InputStream in = snapshot.content()) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
