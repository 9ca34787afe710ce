// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.commit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.wal.WalStatistics;

/**
 * Counts what the log does. Any thread may count and read.
 */
public final class Counters {

	final AtomicLong appendedRecords = new AtomicLong();

	final AtomicLong appendedBytes = new AtomicLong();

	final AtomicLong writtenBytes = new AtomicLong();

	final AtomicLong blocks = new AtomicLong();

	final AtomicLong forces = new AtomicLong();

	final AtomicLong forceNanos = new AtomicLong();

	final AtomicLong rotations = new AtomicLong();

	public final AtomicLong deletedSegments = new AtomicLong();

	final AtomicLong rejectedAppends = new AtomicLong();

	/** Of these, the ones that a full disk rejected. */
	final AtomicLong rejectedFull = new AtomicLong();

	/** Of these, the ones for which too much was in flight. */
	final AtomicLong rejectedOverloaded = new AtomicLong();

	final AtomicLong failures = new AtomicLong();

	public WalStatistics statistics() {
		return new WalStatistics(this.appendedRecords.get(), this.appendedBytes.get(), this.writtenBytes.get(),
				this.blocks.get(), this.forces.get(), Duration.ofNanos(this.forceNanos.get()), this.rotations.get(),
				this.deletedSegments.get(), this.rejectedAppends.get(), this.rejectedFull.get(),
				this.rejectedOverloaded.get(), this.failures.get());
	}

}
