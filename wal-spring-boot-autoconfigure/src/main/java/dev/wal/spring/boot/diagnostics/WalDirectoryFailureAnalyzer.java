// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import dev.wal.WalDirectoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by a directory that cannot be used.
 */
class WalDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<WalDirectoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalDirectoryException cause) {
		return new FailureAnalysis(
				String.format("The write-ahead log cannot use the directory '%s':%n%n%s", cause.directory(),
						cause.getMessage()),
				"Make the directory readable and writable for the user that runs the application, or set the property "
						+ "'wal.directory' to another directory. A relative path is relative to the working "
						+ "directory of the process.",
				cause);
	}

}
