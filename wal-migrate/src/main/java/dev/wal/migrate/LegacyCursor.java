// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one file.
 */
interface LegacyCursor {

	/**
	 * Return the next record.
	 * @return the record, or {@code null} at the end of the file or at damage that ends
	 * the reading
	 */
	@Nullable LegacyRecord next() throws IOException;

	/**
	 * Return the place up to which everything was told.
	 * @return the offset after the last record and the last finding
	 */
	long offset();

}
