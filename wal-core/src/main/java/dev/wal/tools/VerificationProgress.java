// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

/**
 * Is told how far a verification has come, on the thread that verifies. What it throws
 * ends the verification, and is thrown by it.
 */
@FunctionalInterface
public interface VerificationProgress {

	/**
	 * Take note of what was read, every 256 KiB or so.
	 * @param bytes the bytes that were read so far. A part that looks damaged is read
	 * more than once, so that it may be more than there are
	 * @param total the bytes of all segments when the verification began
	 */
	void read(long bytes, long total);

}
