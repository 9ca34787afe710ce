package dev.wal.spring.boot.diagnostics;

import dev.wal.WalCorruptedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by damage to acknowledged data.
 */
class WalCorruptedFailureAnalyzer extends AbstractFailureAnalyzer<WalCorruptedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalCorruptedException cause) {
		return new FailureAnalysis(
				String.format(
						"The write-ahead log could not be opened because data is damaged that had been "
								+ "acknowledged as durable:%n%n%s%n%nNo byte on the disk was changed.",
						cause.getMessage()),
				"Copy the directory of the log first. Check the disk, and restore the file from a backup or replica if "
						+ "there is one. To start without what is damaged, set the property 'wal.corruption-policy' "
						+ "to 'skip', which keeps every record that can be read, or to 'truncate', which keeps the "
						+ "records before the damage only.",
				cause);
	}

}
