// SPDX-License-Identifier: Apache-2.0
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
				"The directory of the write-ahead log contains the file '" + cause.file() + "' of a " + cause.layout()
						+ " log. The application cannot append to such a log. Nothing was changed.",
				DocsPage.IMPORT
					.addTo("Set the property 'wal.directory' to a new directory. To import the records of the "
							+ "old log, run 'wal import SOURCE TARGET'. Keep the old directory until the import has succeeded."),
				cause);
	}

}
