// SPDX-License-Identifier: Apache-2.0
package dev.wal.snapshot;

import java.io.IOException;
import java.io.OutputStream;

import dev.wal.Lsn;

/**
 * Writes the content of a snapshot.
 */
@FunctionalInterface
public interface SnapshotContent {

	/**
	 * Write the state after one record of the log: with the effects of every record up to
	 * it, and of none above it. Appends may continue.
	 * @param out where to write to, buffered; it need not be closed, and rejects writes
	 * after this method has returned
	 * @return the LSN of that record
	 * @throws IOException if the content could not be written
	 */
	Lsn writeTo(OutputStream out) throws IOException;

}
