// SPDX-License-Identifier: Apache-2.0
package dev.wal.migrate;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link FrameDecoder} found at an offset: a record, or why there is none.
 *
 * @param length the length of the frame, 0 if it cannot be told
 * @param record the record, or {@code null}
 * @param problem why there is no record, empty if there is one
 */
record Frame(long length, @Nullable LegacyRecord record, String problem) {

	static Frame of(long length, LegacyRecord record) {
		return new Frame(length, record, "");
	}

	static Frame bad(long length, String problem) {
		return new Frame(length, null, problem);
	}

}
