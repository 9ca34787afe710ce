// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.InputStream;

import dev.wal.Lsn;
import dev.wal.WalIoException;
import dev.wal.internal.io.Storage;

/**
 * A snapshot whose every byte was verified, and for which the log has every later record.
 */
public final class Snapshot {

	private final Storage storage;

	private final SnapshotInfo info;

	Snapshot(Storage storage, SnapshotInfo info) {
		this.storage = storage;
		this.info = info;
	}

	/**
	 * Describe the snapshot.
	 * @return where it is, and how large
	 */
	public SnapshotInfo info() {
		return this.info;
	}

	/**
	 * Return the LSN of the last record that the content reflects. The state is complete
	 * once the records above it are applied, and only those.
	 * @return the LSN
	 */
	public Lsn lsn() {
		return this.info.lsn();
	}

	/**
	 * Read the content, from its beginning at each call.
	 * @return the content, buffered, to be closed
	 * @throws WalIoException if the file cannot be opened
	 */
	public InputStream content() {
		try {
			return new SnapshotInput(this.storage.openForReading(SnapshotName.of(this.info.lsn())), this.info.length());
		}
		catch (IOException ex) {
			throw new WalIoException("open", this.info.file(), ex);
		}
	}

}
