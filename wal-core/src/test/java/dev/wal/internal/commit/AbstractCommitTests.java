// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.nio.file.Path;

import dev.wal.WalBuilder;
import dev.wal.WriteAheadLog;
import dev.wal.testing.disk.FailingStorage;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log whose storage holds up or fails the calls of commits.
 */
@Timeout(60)
abstract class AbstractCommitTests {

	static final byte[] PAYLOAD = new byte[100];

	@TempDir
	Path directory;

	/**
	 * Without preallocation the only forces of a segment, once it is there, are those of
	 * commits.
	 */
	WalBuilder builder() {
		return WriteAheadLog.builder(this.directory.resolve("log")).preallocate(false);
	}

	FailingStorage storage() {
		return new FailingStorage(this.directory.resolve("log"));
	}

}
