// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalFormatVersionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a log, or a message in it, in a newer format.
 */
class WalFormatVersionFailureAnalyzer extends AbstractFailureAnalyzer<WalFormatVersionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalFormatVersionException cause) {
		return new FailureAnalysis(cause.file()
			.map((file) -> "The file '" + file + "' of the write-ahead log has format version " + cause.found()
					+ ", but this release can read versions up to " + cause.supported() + ". Nothing was changed.")
			.orElseGet(cause::getMessage),
				DocsPage.DOES_NOT_OPEN
					.addTo("Start the application with the release that wrote it, or with one that reads its "
							+ "version."),
				cause);
	}

}
