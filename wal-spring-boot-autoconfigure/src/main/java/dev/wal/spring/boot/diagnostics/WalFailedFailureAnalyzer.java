// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalFailedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a write or a force that failed while the application was
 * starting.
 */
class WalFailedFailureAnalyzer extends AbstractFailureAnalyzer<WalFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalFailedException cause) {
		Throwable reason = cause.getCause();
		return new FailureAnalysis(
				String.format(
						"The write-ahead log failed while the application was starting:%n%n%s%n%nEvery record up "
								+ "to LSN %s is on the disk.",
						(reason != null && reason.getMessage() != null) ? reason.getMessage() : cause.getMessage(),
						cause.durableLsn()),
				DocsPage.LOG_FAILED.addTo("Look at the disk ('dmesg', 'df') and at the limits of the process "
						+ "('ulimit -a'). Then start again: what is on the disk decides."),
				cause);
	}

}
