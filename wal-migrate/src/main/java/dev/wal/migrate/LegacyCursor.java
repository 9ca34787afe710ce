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
	 * @return the record, or {@code null} at the end of the file or at damage that is not
	 * gone past
	 */
	@Nullable LegacyRecord next() throws IOException;

}
