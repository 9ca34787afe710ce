package dev.wal.spring.boot.diagnostics;

import dev.wal.WalFullException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a full disk.
 */
class WalFullFailureAnalyzer extends AbstractFailureAnalyzer<WalFullException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalFullException cause) {
		return new FailureAnalysis(
				"The disk has no room for the write-ahead log in '" + cause.directory() + "': " + cause.neededBytes()
						+ " bytes are needed. What is in the log is safe.",
				"Free some space on the disk, choose a directory on another one with the property 'wal.directory', or make "
						+ "the segments smaller with the property 'wal.segment-size'. Do not delete segments by hand.",
				cause);
	}

}
