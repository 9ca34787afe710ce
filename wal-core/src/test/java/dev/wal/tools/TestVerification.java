// SPDX-License-Identifier: Apache-2.0
package dev.wal.tools;

import dev.wal.internal.io.Storage;

/**
 * Verifies a log on a storage that a test made.
 */
public final class TestVerification {

	private TestVerification() {
	}

	public static VerificationReport verify(Storage storage) {
		return Verification.of(storage);
	}

}
