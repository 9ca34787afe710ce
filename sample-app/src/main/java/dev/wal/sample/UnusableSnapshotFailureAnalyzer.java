package dev.wal.sample;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets a start that cannot succeed end with what to do instead of a stack trace.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnusableSnapshotFailureAnalyzer extends AbstractFailureAnalyzer<UnusableSnapshotException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableSnapshotException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
