package dev.wal.spring.boot.diagnostics;

import dev.wal.WalForeignLogException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by files of somebody else's log.
 */
class WalForeignLogFailureAnalyzer extends AbstractFailureAnalyzer<WalForeignLogException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalForeignLogException cause) {
		return new FailureAnalysis(
				String.format("The write-ahead log could not be opened because it is not this application's:%n%n%s",
						cause.getMessage()),
				"Point the property 'wal.directory' to the log of this application, or correct the property 'wal.owner' "
						+ "if the log is the right one. Do not move segments from one log to another.",
				cause);
	}

}
