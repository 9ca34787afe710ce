// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalMemoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by too little direct memory.
 */
class WalMemoryFailureAnalyzer extends AbstractFailureAnalyzer<WalMemoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalMemoryException cause) {
		return new FailureAnalysis(
				String.format("The write-ahead log was not opened, because there is too little direct memory:%n%n%s.",
						cause.getMessage()),
				DocsPage.SIZE.addTo("Start the JVM with a larger -XX:MaxDirectMemorySize: this log needs "
						+ cause.neededBytes() + " bytes beside what the rest of the application needs. Or set the "
						+ "property 'wal.write-buffer-size' to a smaller value."),
				cause);
	}

}
