// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

/**
 * Receives the progress of a verification, on the thread that verifies. What it throws
 * ends the verification, which throws it on.
 */
@FunctionalInterface
public interface VerificationProgress {

	/**
	 * Receive how much was read, about every 256 KiB.
	 * @param bytes the bytes that were read so far. A part that looks damaged is read
	 * more than once, so this may exceed the total
	 * @param total the bytes of all segments when the verification began
	 */
	void read(long bytes, long total);

}
