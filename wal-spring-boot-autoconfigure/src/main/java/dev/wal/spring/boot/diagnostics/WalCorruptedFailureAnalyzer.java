// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalCorruptedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by damage to acknowledged data.
 */
class WalCorruptedFailureAnalyzer extends AbstractFailureAnalyzer<WalCorruptedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalCorruptedException cause) {
		return new FailureAnalysis(
				String.format("The write-ahead log was not opened, because acknowledged data is damaged:%n%n%s%n%n"
						+ "No byte on the disk was changed.", cause.getMessage()),
				"Copy the directory of the log first. Then check the disk, and restore the file from a backup if there "
						+ "is one. To start without the damaged data, set the property 'wal.corruption-policy' to "
						+ "'skip', which keeps every readable record, or to 'truncate', which keeps only the records "
						+ "before the damage.",
				cause);
	}

}
