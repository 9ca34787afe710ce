// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.nio.file.Path;

/**
 * There is not enough direct memory for the write buffers of a log. The log was not
 * opened, and nothing was changed.
 */
public class WalMemoryException extends WalException {

	private static final long serialVersionUID = 1L;

	private final long neededBytes;

	/**
	 * Create an exception.
	 * @param directory the directory of the log
	 * @param neededBytes the direct memory that the log needs, in bytes
	 * @param cause says how much there is
	 */
	public WalMemoryException(Path directory, long neededBytes, Throwable cause) {
		super("The log in " + directory + " needs " + neededBytes + " bytes of direct memory for its two write buffers,"
				+ " and there is not enough: " + cause.getMessage()
				+ ". Nothing was changed. Start the JVM with a larger"
				+ " -XX:MaxDirectMemorySize, or choose a smaller 'write-buffer-size'", cause);
		this.neededBytes = neededBytes;
	}

	/**
	 * Return the direct memory that the log needs.
	 * @return the number of bytes
	 */
	public long neededBytes() {
		return this.neededBytes;
	}

}
