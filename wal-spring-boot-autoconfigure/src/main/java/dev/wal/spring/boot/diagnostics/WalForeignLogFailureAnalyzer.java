// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalForeignLogException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by the files of another log.
 */
class WalForeignLogFailureAnalyzer extends AbstractFailureAnalyzer<WalForeignLogException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalForeignLogException cause) {
		return new FailureAnalysis(
				String.format(
						"The write-ahead log was not opened, because it belongs to another application or log:%n%n%s",
						cause.getMessage()),
				DocsPage.DOES_NOT_OPEN
					.addTo("Set the property 'wal.directory' to the log of this application. If it is "
							+ "the right log, correct the property 'wal.owner'. Do not move segments from one log to "
							+ "another."),
				cause);
	}

}
