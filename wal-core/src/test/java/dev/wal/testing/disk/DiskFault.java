// SPDX-License-Identifier: Apache-2.0
package dev.wal.testing.disk;

import java.io.IOException;

/**
 * Is asked before, and told after, every call to a {@link SimulatedDisk}. May throw, may
 * block, and may take less than was to be written. Holds up nobody but the caller.
 */
@FunctionalInterface
public interface DiskFault {

	/**
	 * Everything is fine.
	 */
	int NONE = Integer.MAX_VALUE;

	/**
	 * A call is about to be executed. If a force is made to fail here, its pages are
	 * clean afterwards, and not on the disk.
	 * @param call the call
	 * @return the number of bytes to write at most
	 * @throws IOException to have the call fail
	 */
	int before(DiskCall call) throws IOException;

	/**
	 * A call was executed, successfully or not, and is about to return.
	 * @param call the call
	 */
	default void after(DiskCall call) {
	}

}
