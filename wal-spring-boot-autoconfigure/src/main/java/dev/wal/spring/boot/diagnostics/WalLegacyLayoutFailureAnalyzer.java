package dev.wal.spring.boot.diagnostics;

import dev.wal.WalLegacyLayoutException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by files of another kind of write-ahead log.
 */
class WalLegacyLayoutFailureAnalyzer extends AbstractFailureAnalyzer<WalLegacyLayoutException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalLegacyLayoutException cause) {
		return new FailureAnalysis(
				"The directory of the write-ahead log holds the file '" + cause.file() + "' of a " + cause.layout()
						+ " log, which cannot be continued in place. Nothing was changed.",
				"Point the property 'wal.directory' to a new directory, and keep the old one until its records have been "
						+ "taken over.",
				cause);
	}

}
