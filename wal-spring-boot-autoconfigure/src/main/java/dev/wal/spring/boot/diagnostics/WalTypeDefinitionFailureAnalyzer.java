// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.message.WalTypeDefinitionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by types that contradict each other, that would not be read as
 * they are written, or whose upcasters have a gap.
 */
class WalTypeDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<WalTypeDefinitionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalTypeDefinitionException cause) {
		return new FailureAnalysis(
				"The types of the write-ahead log cannot be used. " + cause.problem()
						+ ". The log was not opened, and nothing was changed.",
				DocsPage.TYPES.addTo(cause.action()), cause);
	}

}
