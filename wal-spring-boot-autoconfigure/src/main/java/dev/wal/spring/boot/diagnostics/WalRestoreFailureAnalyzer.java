// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.FailureText;
import dev.wal.spring.replay.WalRestoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Analyzes failures caused by a handler that could not restore its state. Ordered before
 * other analyzers, which might analyze the exception of the handler and hide the
 * snapshot.
 */
class WalRestoreFailureAnalyzer extends AbstractFailureAnalyzer<WalRestoreException> implements Ordered {

	private final FailureText failures;

	WalRestoreFailureAnalyzer(@Nullable Environment environment) {
		this.failures = (environment != null) ? FailureText.of(environment) : new FailureText(true);
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalRestoreException cause) {
		return new FailureAnalysis(
				"The snapshot " + cause.file() + " is intact, but '" + cause.handler()
						+ "' could not restore its state from it: " + thrown(cause)
						+ ". The snapshot is unchanged, and the next start tries again.",
				DocsPage.SNAPSHOTS
					.addTo("Start the release that wrote the snapshot, or change 'restoreSnapshot' so that "
							+ "it reads the format of that release; --debug prints the stack trace."),
				cause);
	}

	private String thrown(WalRestoreException ex) {
		Throwable cause = ex.getCause();
		return this.failures.of((cause != null) ? cause : ex);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
