// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.wal.RetentionPolicy;
import dev.wal.WalException;
import dev.wal.internal.format.Format;
import dev.wal.internal.io.Storage;
import dev.wal.internal.segment.BlockReader;
import dev.wal.internal.segment.Segment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the oldest segments that exceed the limits of a {@link RetentionPolicy}. Whether
 * they may be deleted is decided by {@link Retention}, under whose lock this is used.
 */
final class RetentionLimits {

	private static final Logger logger = LoggerFactory.getLogger(RetentionLimits.class);

	private final Storage storage;

	private final RetentionPolicy policy;

	private final Clock clock;

	/** When segments were first written to, by their number. */
	private final SortedMap<Long, Long> started = new TreeMap<>();

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
	 * @param otherBytes the size of the files that are kept for later segments
	 */
	int excess(List<Segment> segments, long otherBytes) throws IOException {
		int excess = 0;
		int count = segments.size();
		long size = otherBytes + segments.stream().mapToLong(Segment::fileSize).sum();
		while (excess < segments.size() - 1 && isExceeded(count, size, segments, excess)) {
			size -= segments.get(excess).fileSize();
			count--;
			excess++;
		}
		return excess;
	}

	/**
	 * Return whether all files of the log may be as large as they are together.
	 */
	boolean allows(long size) {
		Long maxSize = this.policy.maxSize();
		return maxSize == null || size <= maxSize;
	}

	private boolean isExceeded(int count, long size, List<Segment> segments, int oldest) throws IOException {
		Integer maxSegments = this.policy.maxSegments();
		Duration maxAge = this.policy.maxAge();
		return (maxSegments != null && count > maxSegments) || !allows(size)
				|| (maxAge != null && age(segments, oldest + 1).compareTo(maxAge) > 0);
	}

	/**
	 * Return for how long a segment has been in use, which is the age of the one before.
	 * Where its time lies ahead, the clock was wrong: it has been in use for longer than
	 * the segments after it.
	 */
	private Duration age(List<Segment> segments, int index) throws IOException {
		long now = Format.nanos(this.clock.instant());
		for (Segment segment : segments.subList(index, segments.size())) {
			long started = started(segment);
			if (started <= now) {
				return Duration.ofNanos(now - started);
			}
		}
		return Duration.ZERO;
	}

	/**
	 * Return when a segment was first written to, {@link Long#MAX_VALUE} if that is
	 * unknown. Its header may be much older: segments are prepared ahead.
	 */
	private long started(Segment segment) throws IOException {
		Long known = this.started.get(segment.number());
		if (known == null) {
			known = readStarted(segment);
			if (known != Long.MAX_VALUE) {
				this.started.put(segment.number(), known);
			}
		}
		return known;
	}

	private long readStarted(Segment segment) throws IOException {
		int limit = Format.SEGMENT_HEADER_SIZE + Format.START_BLOCK_SIZE;
		try {
			if (segment.readableEnd() < limit) {
				return Long.MAX_VALUE;
			}
			try (BlockReader reader = new BlockReader(this.storage.openForReading(segment.name()),
					segment.header().salt(), limit)) {
				return (reader.next() == BlockReader.Step.BLOCK) ? reader.header().timestamp : Long.MAX_VALUE;
			}
		}
		catch (NoSuchFileException | WalException ex) {
			logger.debug("The age of {} is unknown", segment, ex);
			return Long.MAX_VALUE;
		}
	}

	/**
	 * Forget what is known of the segments below a number: they are gone.
	 */
	void forgetBelow(long number) {
		this.started.headMap(number).clear();
	}

}
