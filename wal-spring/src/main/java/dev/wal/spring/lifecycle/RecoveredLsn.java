// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.lifecycle;

import dev.wal.Lsn;
import dev.wal.WriteAheadLog;

/**
 * The last LSN that an earlier run appended. Records up to it are replayed; records above
 * it go to the listeners.
 */
public final class RecoveredLsn {

	private RecoveredLsn() {
	}

	public static Lsn of(WriteAheadLog wal) {
		return wal.unwrap(WalHandle.class).map(WalHandle::recoveredLsn).orElseGet(() -> wal.recoveryReport().lastLsn());
	}

}
