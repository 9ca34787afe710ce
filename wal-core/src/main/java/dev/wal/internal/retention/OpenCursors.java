// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.wal.Lsn;
import dev.wal.internal.read.RecordCursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursors of readers and followers that are open, and which segments they need. Finds
 * those that were forgotten: they keep segments from being deleted, and do not move.
 * Thread-safe.
 */
final class OpenCursors {

	/** A cursor that has not moved for so long is taken for a forgotten one. */
	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(OpenCursors.class);

	private final Clock clock;

	private final Map<RecordCursor, Use> uses = new ConcurrentHashMap<>();

	OpenCursors(Clock clock) {
		this.clock = clock;
	}

	void add(RecordCursor cursor) {
		this.uses.put(cursor, new Use(cursor, this.clock.instant()));
	}

	void remove(RecordCursor cursor) {
		this.uses.remove(cursor);
	}

	int count() {
		return this.uses.size();
	}

	/**
	 * Return the number of the oldest segment that any of them needs.
	 */
	long neededSegment() {
		long needed = Long.MAX_VALUE;
		for (RecordCursor cursor : this.uses.keySet()) {
			needed = Math.min(needed, cursor.neededSegment());
		}
		return needed;
	}

	/**
	 * Return how many keep a segment from being deleted and have not moved for a minute.
	 * @param released the number of the oldest segment, if it could be deleted otherwise
	 */
	int stalled(long released) {
		int stalled = 0;
		for (Use use : this.uses.values()) {
			if (use.cursor.neededSegment() <= released && use.pause(this.clock).compareTo(LONGEST_PAUSE) >= 0) {
				stalled++;
			}
		}
		return stalled;
	}

	/**
	 * Log each of those once, with the stack that opened it.
	 */
	void reportStalled(long released) {
		for (Use use : this.uses.values()) {
			Duration pause = use.pause(this.clock);
			if (!use.reported && use.cursor.neededSegment() <= released && pause.compareTo(LONGEST_PAUSE) >= 0) {
				use.reported = true;
				logger.warn(
						"A reader at LSN {} has not moved for {} s, and keeps released segments from being deleted."
								+ " Read on with it, or close it. It was opened here:",
						Lsn.of(use.cursor.position()), pause.toSeconds(), use.opened);
			}
		}
	}

	/**
	 * A cursor, and when it was seen to move.
	 */
	private static final class Use {

		private final RecordCursor cursor;

		private final Throwable opened = new Throwable("opened here");

		private long position;

		private Instant movedAt;

		private volatile boolean reported;

		Use(RecordCursor cursor, Instant openedAt) {
			this.cursor = cursor;
			this.position = cursor.position();
			this.movedAt = openedAt;
		}

		/**
		 * Return for how long it has not moved. Looked at now and then: a record read
		 * costs nothing.
		 */
		synchronized Duration pause(Clock clock) {
			Instant now = clock.instant();
			long position = this.cursor.position();
			if (position != this.position) {
				this.position = position;
				this.movedAt = now;
			}
			return Duration.between(this.movedAt, now);
		}

	}

}
