// SPDX-License-Identifier: Apache-2.0
package dev.wal.internal.recovery;

import java.util.List;
import java.util.UUID;

import dev.wal.DamagedRange;
import dev.wal.TailState;
import dev.wal.internal.format.StartBlock;
import dev.wal.internal.segment.Segment;
import org.jspecify.annotations.Nullable;

/**
 * What an inspection found in the directory of a log. Its segments are those that
 * recovery hands on to the open log.
 *
 * @param identity which log it is
 * @param segments the segments of the log, oldest first
 * @param verdict how the log ends
 * @param restart what a new segment begins with if damage keeps the log from continuing
 * in its last one, or {@code null}
 * @param remains the files that are no part of the log
 * @param highestNumber the highest number that any segment file has
 * @param damage what cannot be read, in order of the segments and offsets
 * @param scanned what was read completely
 * @param tail how the log ends, for reports
 */
public record InspectedLog(Identity identity, List<Segment> segments, TailVerdict verdict, @Nullable StartBlock restart,
		Remains remains, long highestNumber, List<DamagedRange> damage, Scanned scanned, TailState tail) {

	/**
	 * Create the result of an inspection.
	 */
	public InspectedLog {
		segments = List.copyOf(segments);
		damage = List.copyOf(damage);
	}

	/**
	 * Return the log id, or {@code null} if there is no log yet.
	 */
	public @Nullable UUID logId() {
		return this.identity.logId();
	}

	public String owner() {
		return this.identity.owner();
	}

	public long checkpointLsn() {
		return this.identity.checkpointLsn();
	}

	/**
	 * Return the LSN up to which there are records.
	 */
	public long lastLsn() {
		return (this.restart != null) ? this.restart.lastLsnBefore() : this.verdict.nextLsn() - 1;
	}

	/**
	 * Return the highest LSN that is proven to be durable.
	 */
	public long provenLsn() {
		return this.verdict.provenLsn();
	}

	/**
	 * Return whether the log was closed.
	 */
	public boolean closed() {
		return this.verdict.closed();
	}

	/**
	 * Return how the log ended.
	 * @param savedAs the file that keeps its torn tail, or {@code null}
	 */
	TailState tail(@Nullable String savedAs) {
		return new TailState(this.tail.kind(), this.tail.place(), this.tail.offset(), this.tail.cutBytes(),
				this.tail.expectedLsn(), this.tail.reason(), savedAs);
	}

}
