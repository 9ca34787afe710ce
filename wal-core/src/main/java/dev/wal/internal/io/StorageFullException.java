// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.io;

import java.io.IOException;

/**
 * There is no space on the disk, or the quota is used up.
 */
public class StorageFullException extends IOException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what could not be done
	 * @param cause what the file system said
	 */
	public StorageFullException(String message, Throwable cause) {
		super(message, cause);
	}

}
