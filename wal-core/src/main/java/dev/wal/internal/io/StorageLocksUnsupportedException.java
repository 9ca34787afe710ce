// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;

/**
 * The file system has no locks, or its lock service does not answer.
 */
public class StorageLocksUnsupportedException extends IOException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param cause what the file system said
	 */
	public StorageLocksUnsupportedException(IOException cause) {
		super(cause.getMessage(), cause);
	}

}
