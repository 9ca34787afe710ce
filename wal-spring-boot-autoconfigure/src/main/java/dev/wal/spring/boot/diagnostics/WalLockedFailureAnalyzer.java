// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalLockedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a log that another process has locked.
 */
class WalLockedFailureAnalyzer extends AbstractFailureAnalyzer<WalLockedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalLockedException cause) {
		return new FailureAnalysis(
				"The write-ahead log in '" + cause.location() + "' was not opened, because it is locked by "
						+ cause.holder() + ". Only one process at a time can write to a log.",
				DocsPage.STALE_LOCK.addTo("Stop the process or application context that holds the lock, or set the "
						+ "property 'wal.directory' to another directory. The lock ends with the process that holds "
						+ "it; do not delete the lock file."),
				cause);
	}

}
