// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.FailureText;
import dev.wal.spring.replay.WalReplayException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Analyzes failures caused by a record that could not be replayed. Ordered before other
 * analyzers, which might analyze the exception of the handler and hide the record.
 */
class WalReplayFailureAnalyzer extends AbstractFailureAnalyzer<WalReplayException> implements Ordered {

	private final FailureText failures;

	WalReplayFailureAnalyzer(@Nullable Environment environment) {
		this.failures = (environment != null) ? FailureText.of(environment) : new FailureText(true);
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalReplayException cause) {
		return new FailureAnalysis(
				"The record with LSN " + cause.lsn() + " of the write-ahead log could not be replayed by '"
						+ cause.handler() + "': " + thrown(cause) + ". The log is unchanged, and the next start "
						+ "replays the record again.",
				DocsPage.REPLAY.addTo("Correct the cause and start again; --debug prints the stack trace. To repeat "
						+ "attempts, set the property 'wal.replay.on-error' to 'retry'. To continue without the "
						+ "record, set it to 'skip' and define a WalDeadLetterHandler bean that stores the record."),
				cause);
	}

	private String thrown(WalReplayException ex) {
		Throwable cause = ex.getCause();
		return this.failures.of((cause != null) ? cause : ex);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
