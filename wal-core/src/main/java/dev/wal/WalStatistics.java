// SPDX-License-Identifier: Apache-2.0
package dev.wal;

import java.time.Duration;

/**
 * What the log did since it was opened.
 *
 * @param appendedRecords the number of records that were written
 * @param appendedBytes the number of payload bytes in them
 * @param writtenBytes the number of bytes written to segments, headers included
 * @param blocks the number of blocks written, each by one group commit
 * @param forces the number of forces of segment data
 * @param forceTime the time spent in them
 * @param rotations the number of times that the log started a new segment
 * @param deletedSegments the number of segments that checkpoints deleted
 * @param rejectedAppends the number of appends rejected because the disk was full or too
 * much was in flight
 * @param rejectedFull the number of these that were rejected because the disk was full
 * @param rejectedOverloaded the number of these that were rejected because too much was
 * in flight; for the others there was no next segment
 * @param failures the number of writes and forces that failed
 */
public record WalStatistics(long appendedRecords, long appendedBytes, long writtenBytes, long blocks, long forces,
		Duration forceTime, long rotations, long deletedSegments, long rejectedAppends, long rejectedFull,
		long rejectedOverloaded, long failures) {
}
