// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.io.IOException;

/**
 * Another process opened, closed or created the log while it was inspected.
 */
final class LogChangedException extends IOException {

	private static final long serialVersionUID = 1L;

	LogChangedException() {
		super("The log was opened, closed or created while it was read");
	}

}
