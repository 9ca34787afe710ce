// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.crash;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

import dev.wal.Lsn;
import dev.wal.WalReader;
import dev.wal.WalRecord;
import dev.wal.WriteAheadLog;
import dev.wal.snapshot.SnapshotContent;
import dev.wal.snapshot.SnapshotStore;

/**
 * A state that every record changes for good: it shows whether one was applied twice, not
 * at all, or out of order.
 */
public final class FoldedState {

	private static final byte[] FILLING = new byte[1000];

	private long lsn;

	private long hash;

	/**
	 * Rebuild the state as an application does when it starts.
	 */
	public static FoldedState recover(WriteAheadLog wal, SnapshotStore store) {
		FoldedState state = new FoldedState();
		store.newest().ifPresent((snapshot) -> {
			try (DataInputStream in = new DataInputStream(snapshot.content())) {
				state.lsn = in.readLong();
				state.hash = in.readLong();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			if (state.lsn != snapshot.lsn().value()) {
				throw new AssertionError("Content of LSN " + state.lsn + " in the snapshot at " + snapshot.lsn());
			}
		});
		try (WalReader reader = wal.read(Lsn.of(state.lsn + 1))) {
			for (WalRecord record : reader) {
				state.apply(record.lsn().value(), record.bytes());
			}
		}
		return state;
	}

	/**
	 * Return the state after the first records.
	 */
	public static FoldedState of(List<byte[]> payloads, long count) {
		FoldedState state = new FoldedState();
		for (int i = 0; i < count; i++) {
			state.apply(i + 1, payloads.get(i));
		}
		return state;
	}

	public void apply(long lsn, byte[] payload) {
		if (lsn != this.lsn + 1) {
			throw new AssertionError("LSN " + lsn + " applied after " + this.lsn);
		}
		this.lsn = lsn;
		this.hash = this.hash * 31 + Arrays.hashCode(payload);
	}

	public SnapshotContent content() {
		long lsn = this.lsn;
		long hash = this.hash;
		return (out) -> {
			DataOutputStream data = new DataOutputStream(out);
			data.writeLong(lsn);
			data.writeLong(hash);
			data.write(FILLING);
			return Lsn.of(lsn);
		};
	}

	public long lsn() {
		return this.lsn;
	}

	public long hash() {
		return this.hash;
	}

}
