// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.log;

import dev.wal.WalOptions;
import dev.wal.testing.QuietLog;
import dev.wal.testing.crash.RecordedRun;
import dev.wal.testing.disk.SimulatedDisk;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A log on a disk that fails when it is told to.
 */
@ExtendWith(QuietLog.class)
@Timeout(60)
abstract class AbstractFaultTests {

	static final WalOptions ONE_SEGMENT = RecordedRun.options((builder) -> builder);

	static final WalOptions SMALL_SEGMENTS = RecordedRun.options((builder) -> builder.segmentSize(12 * 1024));

	static final WalOptions PREALLOCATED = RecordedRun
		.options((builder) -> builder.segmentSize(64 * 1024).preallocate(true));

	final SimulatedDisk disk = new SimulatedDisk();

	SegmentedLog open(WalOptions options) {
		return LogOpener.open(options, this.disk);
	}

}
