package dev.wal.spring.boot.diagnostics;

import dev.wal.WalLockedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a log that is in use.
 */
class WalLockedFailureAnalyzer extends AbstractFailureAnalyzer<WalLockedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalLockedException cause) {
		return new FailureAnalysis(
				"The write-ahead log in '" + cause.directory() + "' could not be opened because it is in use by "
						+ cause.holder() + ". A log has one owner at a time.",
				"Stop the other application or context if it should not be running, or give this one a directory of "
						+ "its own with the property 'wal.directory'. The lock goes away with the process that holds "
						+ "it; do not delete the lock file.",
				cause);
	}

}
