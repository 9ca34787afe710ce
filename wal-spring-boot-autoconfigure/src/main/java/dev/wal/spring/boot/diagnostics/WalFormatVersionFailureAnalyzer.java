package dev.wal.spring.boot.diagnostics;

import dev.wal.WalFormatVersionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a log in a newer format.
 */
class WalFormatVersionFailureAnalyzer extends AbstractFailureAnalyzer<WalFormatVersionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalFormatVersionException cause) {
		return new FailureAnalysis(
				"The file '" + cause.file() + "' of the write-ahead log has format version " + cause.found()
						+ ", but the newest format version that this release can read is " + cause.supported()
						+ ". Nothing was changed.",
				"Start the application with the release of the log that wrote the file, or with a later one.", cause);
	}

}
