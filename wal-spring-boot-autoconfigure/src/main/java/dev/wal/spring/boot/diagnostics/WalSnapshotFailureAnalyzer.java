// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.snapshot.WalSnapshotException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by snapshots and a log that together do not give the whole
 * state.
 */
class WalSnapshotFailureAnalyzer extends AbstractFailureAnalyzer<WalSnapshotException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalSnapshotException cause) {
		return new FailureAnalysis(cause.getMessage(), DocsPage.SNAPSHOTS
			.addTo("Check the property 'wal.snapshot.directory', or restore the directories of the "
					+ "log and of its snapshots from one backup. If the state of a handler comes from elsewhere, "
					+ "let its 'WalSnapshotHandler.initialLsn()' return the last LSN that the state reflects."),
				cause);
	}

}
