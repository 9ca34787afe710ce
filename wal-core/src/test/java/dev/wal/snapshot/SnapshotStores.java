// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import dev.wal.LocalWriteAheadLog;
import dev.wal.internal.io.Storage;

/**
 * Opens stores on disks that tests made.
 */
public final class SnapshotStores {

	private SnapshotStores() {
	}

	public static SnapshotStore open(Storage storage, int kept, LocalWriteAheadLog wal) {
		return SnapshotStore.open(storage, kept, wal);
	}

}
