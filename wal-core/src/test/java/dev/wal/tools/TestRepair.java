// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import java.io.IOException;

import dev.wal.internal.io.Storage;

/**
 * Repairs logs that are not on a disk.
 */
public final class TestRepair {

	private TestRepair() {
	}

	public static RepairReport run(Storage storage) throws IOException {
		return Repair.run(storage);
	}

}
