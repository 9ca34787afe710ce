// SPDX-License-Identifier: Apache-2.0
package dev.wal.docs.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.wal.WalRecord;
import dev.wal.spring.replay.WalDeadLetterHandler;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

@Component
class DeadLetters implements WalDeadLetterHandler {

	private final Path directory;

	DeadLetters(@Value("${dead-letters.directory}") Path directory) {
		this.directory = directory;
	}

	@Override
	public void onSkipped(WalRecord record, Exception failure) throws IOException {
		Files.createDirectories(this.directory);
		Files.write(this.directory.resolve(record.lsn() + ".bin"), record.bytes());
	}

}
