// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.replay.WalRestoreException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Analyzes failures caused by a handler that could not restore its state. Ordered before
 * other analyzers, which might analyze the exception of the handler and hide the
 * snapshot.
 */
class WalRestoreFailureAnalyzer extends AbstractFailureAnalyzer<WalRestoreException> implements Ordered {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalRestoreException cause) {
		return new FailureAnalysis(
				"The snapshot " + cause.file() + " is intact, but '" + cause.handler()
						+ "' could not restore its state from it: it threw " + thrown(cause)
						+ ". The snapshot is unchanged, and the next start tries again.",
				"Run with --debug to see the exception. Start the release that wrote the snapshot, or change "
						+ "'restoreSnapshot' so that it reads the format of that release.",
				cause);
	}

	/**
	 * The class only: the message comes from the application, and may quote its state.
	 */
	private static String thrown(WalRestoreException ex) {
		return (ex.getCause() != null) ? ex.getCause().getClass().getName() : "an exception";
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
