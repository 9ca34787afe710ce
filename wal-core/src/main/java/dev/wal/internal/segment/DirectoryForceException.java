// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;

/**
 * A directory could not be forced: it is unknown which names are durable, so the log has
 * to fail.
 */
final class DirectoryForceException extends IOException {

	private static final long serialVersionUID = 1L;

	DirectoryForceException(IOException cause) {
		super("Could not force the directory: " + cause.getMessage(), cause);
	}

}
