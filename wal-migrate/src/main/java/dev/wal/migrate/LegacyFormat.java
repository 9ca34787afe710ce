// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import java.io.IOException;

/**
 * Knows one layout for the time of one reading, file after file.
 */
interface LegacyFormat {

	/**
	 * Begin with the next file.
	 * @param file the file, open
	 * @param progress is told what is found
	 * @param last whether no file follows
	 * @throws LegacyFormatException if the file is not one of this layout
	 */
	LegacyCursor open(LegacyFile file, FileProgress progress, boolean last) throws IOException;

}
