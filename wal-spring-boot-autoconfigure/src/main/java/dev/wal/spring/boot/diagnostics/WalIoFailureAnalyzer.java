// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalIoException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a file that the log cannot open, read or write.
 */
class WalIoFailureAnalyzer extends AbstractFailureAnalyzer<WalIoException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalIoException cause) {
		return new FailureAnalysis(
				String.format("The write-ahead log could not use one of its files:%n%n%s%n%nThe records in the log are "
						+ "safe.", cause.getMessage()),
				DocsPage.DOES_NOT_OPEN.addTo("Remove the reason above and start again. Permission denied: give the "
						+ "directory and all files in it to the user '" + System.getProperty("user.name")
						+ "'. A limit: 'ulimit -a' shows those of the process. Anything else: 'dmesg' shows what the "
						+ "system says about the disk."),
				cause);
	}

}
