// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import java.nio.file.Path;

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
				DocsPage.DOES_NOT_OPEN
					.addTo("Remove the reason above, or set the property 'wal.directory' to a directory "
							+ "that the user '" + System.getProperty("user.name") + "' can read, write and create. A "
							+ "relative path starts at the working directory, '" + Path.of("").toAbsolutePath() + "'."),
				cause);
	}

}
