// SPDX-License-Identifier: Apache-2.0
package dev.wal.spring.boot.diagnostics;

import java.nio.file.Path;

import dev.wal.LsnRange;
import dev.wal.WalCorruptedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures caused by damage to acknowledged data.
 */
class WalCorruptedFailureAnalyzer extends AbstractFailureAnalyzer<WalCorruptedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WalCorruptedException cause) {
		String headline = cause.lost().equals(LsnRange.EMPTY)
				? "The write-ahead log was not opened, because a file of it is damaged. No record is known to be lost:"
				: "The write-ahead log was not opened, because acknowledged data is damaged:";
		return new FailureAnalysis(
				String.format("%s%n%n%s%n%nNo byte on the disk was changed.", headline, cause.getMessage()),
				DocsPage.DAMAGED_LOG.addTo(String.format("1. Copy the directory '%1$s', and check the disk.%n"
						+ "2. Run 'wal repair %1$s'. It shows how many records can be kept, and changes nothing.%n"
						+ "3. Run 'wal repair --yes %1$s'. It keeps them, and the bytes that it replaces.%n"
						+ "Only where the command line cannot be run: the property 'wal.corruption-policy=skip' gives "
						+ "up the damaged records for one start. 'truncate' also gives up every record after them.",
						cause.file().map(Path::getParent).map(Path::toString).orElse("DIR"))),
				cause);
	}

}
