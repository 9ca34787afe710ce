// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.replay.WalReplayException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Analyzes failures caused by a record that could not be replayed. Ordered before other
 * analyzers, which might analyze the exception of the handler and hide the record.
 */
class WalReplayFailureAnalyzer extends AbstractFailureAnalyzer<WalReplayException> implements Ordered {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalReplayException cause) {
		return new FailureAnalysis(
				"The record with LSN " + cause.lsn() + " of the write-ahead log could not be replayed: '"
						+ cause.handler() + "' threw " + thrown(cause) + ". The log is unchanged, and the next start "
						+ "replays the record again.",
				"Run with --debug to see the exception, correct its cause and start again. To repeat attempts, set the "
						+ "property 'wal.replay.on-error' to 'retry'. To continue without the record, set it to "
						+ "'skip' and define a WalDeadLetterHandler bean that stores the record.",
				cause);
	}

	/**
	 * The class only: the message comes from the application, and may quote the record.
	 */
	private static String thrown(WalReplayException ex) {
		return (ex.getCause() != null) ? ex.getCause().getClass().getName() : "an exception";
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
