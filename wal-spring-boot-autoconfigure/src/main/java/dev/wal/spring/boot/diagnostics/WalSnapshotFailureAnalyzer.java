package dev.wal.spring.boot.diagnostics;

import dev.wal.snapshot.WalSnapshotException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by snapshots and a log that do not make up the state together.
 */
class WalSnapshotFailureAnalyzer extends AbstractFailureAnalyzer<WalSnapshotException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalSnapshotException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Restore the directories of the log and of its snapshots from a backup in which they belong together, "
						+ "or correct the property 'wal.snapshot.directory'. A state that was brought along by other "
						+ "means than a snapshot says so by 'WalSnapshotHandler.initialLsn()'.",
				cause);
	}

}
