// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.segment;

import java.io.IOException;

/**
 * The next segment could not be created, for another reason than a full disk. The log is
 * as it was, and the next append tries again.
 */
public final class SegmentCreationException extends IOException {

	private static final long serialVersionUID = 1L;

	private final IOException reason;

	SegmentCreationException(IOException reason) {
		super(reason);
		this.reason = reason;
	}

	@Override
	public synchronized IOException getCause() {
		return this.reason;
	}

}
