// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.Snapshot;
import dev.wal.snapshot.SnapshotStore;

public class Total implements AutoCloseable {

	private final WriteAheadLog wal;

	private final SnapshotStore snapshots;

	private long total;

	private Lsn applied = Lsn.NONE;

	Total(Path directory) throws IOException {
		this.wal = WriteAheadLog.builder(directory).open();
		this.snapshots = SnapshotStore.open(directory.resolve("snapshots"), 2, this.wal);
		// Verified, or an older one.
		Optional<Snapshot> newest = this.snapshots.newest();
		if (newest.isPresent()) {
			try (DataInputStream in = new DataInputStream(newest.get().content())) {
				this.total = in.readLong();
			}
			this.applied = newest.get().lsn();
		}
		try (WalReader reader = this.wal.read(this.applied.next())) {
			for (WalRecord record : reader) {
				apply(record.lsn(), Long.parseLong(record.toText()));
			}
		}
	}

	synchronized void add(long amount) {
		Lsn lsn = this.wal.append(Long.toString(amount).getBytes(StandardCharsets.US_ASCII));
		apply(lsn, amount);
	}

	private void apply(Lsn lsn, long amount) {
		this.total += amount;
		this.applied = lsn;
	}

	synchronized void snapshot() {
		this.snapshots.write(this::writeTo);
		// Never above this LSN.
		this.wal.checkpoint(this.snapshots.releasedLsn());
	}

	private Lsn writeTo(OutputStream out) throws IOException {
		new DataOutputStream(out).writeLong(this.total);
		// The content is the state after this record.
		return this.applied;
	}

	synchronized long total() {
		return this.total;
	}

	@Override
	public void close() {
		this.wal.close();
	}

}
