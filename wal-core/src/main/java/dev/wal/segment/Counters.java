package dev.wal.segment;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import dev.wal.WalStatistics;

/**
 * Counts what the log does. Each is added to by whoever does it, and read by anybody.
 */
final class Counters {

	final LongAdder appendedRecords = new LongAdder();

	final LongAdder appendedBytes = new LongAdder();

	final LongAdder writtenBytes = new LongAdder();

	final LongAdder blocks = new LongAdder();

	final LongAdder forces = new LongAdder();

	final LongAdder forceNanos = new LongAdder();

	final LongAdder rotations = new LongAdder();

	final LongAdder deletedSegments = new LongAdder();

	final LongAdder rejectedAppends = new LongAdder();

	final LongAdder failures = new LongAdder();

	WalStatistics statistics() {
		return new WalStatistics(this.appendedRecords.sum(), this.appendedBytes.sum(), this.writtenBytes.sum(),
				this.blocks.sum(), this.forces.sum(), Duration.ofNanos(this.forceNanos.sum()), this.rotations.sum(),
				this.deletedSegments.sum(), this.rejectedAppends.sum(), this.failures.sum());
	}

}
