// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.wal.RetentionPolicy;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.io.StorageFile;
import dev.wal.internal.segment.BlockReader;
import dev.wal.internal.segment.Segment;

/**
 * Counts the oldest segments that exceed the limits of a {@link RetentionPolicy}. Whether
 * they may be deleted is decided by {@link Retention}.
 */
final class RetentionLimits {

	private final Storage storage;

	private final RetentionPolicy policy;

	private final Clock clock;

	RetentionLimits(Storage storage, RetentionPolicy policy, Clock clock) {
		this.storage = storage;
		this.policy = policy;
		this.clock = clock;
	}

	/**
	 * Return whether released segments stay until a limit is exceeded.
	 */
	boolean isLimited() {
		return this.policy.isLimited();
	}

	/**
	 * Return how many segments exceed the limits.
	 * @param segments all segments, oldest first, the active one last; that one never
	 * counts
	 */
	int excess(List<Segment> segments) throws IOException {
		int excess = 0;
		int count = segments.size();
		long size = segments.stream().mapToLong(Segment::fileSize).sum();
		while (excess < segments.size() - 1 && isExceeded(count, size, segments.get(excess + 1))) {
			size -= segments.get(excess).fileSize();
			count--;
			excess++;
		}
		return excess;
	}

	private boolean isExceeded(int count, long size, Segment second) throws IOException {
		Integer maxSegments = this.policy.maxSegments();
		Long maxSize = this.policy.maxSize();
		Duration maxAge = this.policy.maxAge();
		return (maxSegments != null && count > maxSegments) || (maxSize != null && size > maxSize)
				|| (maxAge != null && age(second).compareTo(maxAge) > 0);
	}

	/**
	 * Return for how long a segment has been in use, which is the age of the one before.
	 * Its header may be much older: segments are prepared ahead.
	 */
	private Duration age(Segment segment) throws IOException {
		int limit = Format.SEGMENT_HEADER_SIZE + Format.START_BLOCK_SIZE;
		if (segment.readableEnd() < limit) {
			return Duration.ZERO;
		}
		StorageFile file = this.storage.openForReading(segment.name());
		BlockReader reader = new BlockReader(file, segment.header().salt(), limit);
		try {
			boolean started = reader.next() == BlockReader.Step.BLOCK;
			long now = Format.nanos(this.clock.instant());
			// Without a start block the age is unknown, and the segment stays.
			return started ? Duration.of(now - reader.header().timestamp, TimeUnit.NANOSECONDS.toChronoUnit())
					: Duration.ZERO;
		}
		finally {
			reader.close();
		}
	}

}
