// SPDX-License-Identifier: Apache-2.0
package dev.wal.trace;

import org.jspecify.annotations.Nullable;

/**
 * How the metadata of a start holds a name beside the data: the name, a unit separator
 * (U+001F), the data. Metadata without a separator is data only, so that what others
 * wrote is never taken for a name, and shown as one.
 */
final class TraceName {

	private static final char SEPARATOR = '\u001F';

	private TraceName() {
	}

	static String metadata(String name, @Nullable String data) {
		if (name.isBlank() || name.indexOf(SEPARATOR) >= 0) {
			throw new IllegalArgumentException("The name of a trace must not be blank or contain U+001F");
		}
		return name + SEPARATOR + ((data != null) ? data : "");
	}

	static @Nullable String of(@Nullable String metadata) {
		int end = (metadata != null) ? metadata.indexOf(SEPARATOR) : -1;
		return (metadata != null && end > 0) ? metadata.substring(0, end) : null;
	}

	static @Nullable String dataOf(@Nullable String metadata) {
		if (metadata == null || of(metadata) == null) {
			return metadata;
		}
		String data = metadata.substring(metadata.indexOf(SEPARATOR) + 1);
		return data.isEmpty() ? null : data;
	}

}
