package dev.wal.spring.boot.diagnostics;

import dev.wal.spring.replay.WalReplayException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Analyzes failures caused by a record that could not be replayed. Comes before others:
 * what the handler threw may be anything, and the record is what to begin with.
 */
class WalReplayFailureAnalyzer extends AbstractFailureAnalyzer<WalReplayException> implements Ordered {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalReplayException cause) {
		return new FailureAnalysis(
				"The record with LSN " + cause.lsn() + " could not be replayed from the write-ahead log: '"
						+ cause.handler() + "' threw " + thrown(cause) + ". The log is unchanged, and the next start "
						+ "replays the record again.",
				"Run with --debug to see the exception. Correct what the handler ran into and start again. To have the handler try several times, set the "
						+ "property 'wal.replay.on-error' to 'retry'; to go on without the record, set it to 'skip' "
						+ "and define a WalDeadLetterHandler bean that puts the record aside.",
				cause);
	}

	/** The class only: the message is the application's, and may quote the record. */
	private static String thrown(WalReplayException ex) {
		return (ex.getCause() != null) ? ex.getCause().getClass().getName() : "an exception";
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
