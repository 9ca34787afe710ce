// SPDX-License-Identifier: Apache-2.0
package dev.wal;

/**
 * One segment file of the log.
 *
 * @param fileName the name of the file in the log's directory
 * @param number the number of the segment, counted from 1
 * @param firstLsn the LSN of its first record, or the one that its first record will have
 * @param lastLsn the LSN of its last record; one below {@code firstLsn} if it is empty
 * @param length the bytes used by the log
 * @param active whether records are appended to it
 */
public record SegmentInfo(String fileName, long number, Lsn firstLsn, Lsn lastLsn, long length, boolean active) {
}
