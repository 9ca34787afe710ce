// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalFullException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a full disk.
 */
class WalFullFailureAnalyzer extends AbstractFailureAnalyzer<WalFullException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalFullException cause) {
		return new FailureAnalysis(
				"Not enough disk space for the write-ahead log in '" + cause.directory() + "': " + cause.neededBytes()
						+ " bytes needed. The records in the log are safe.",
				DocsPage.FULL_DISK.addTo("Free space on the disk, set the property 'wal.directory' to a directory on "
						+ "another disk, or reduce the property 'wal.segment-size'. Do not delete segments yourself."),
				cause);
	}

}
