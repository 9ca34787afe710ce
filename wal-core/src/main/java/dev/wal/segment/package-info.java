/**
 * The engine: segments of blocks of records, group commit, recovery and retention.
 * {@link dev.wal.segment.SegmentedLog} is the way in, {@link dev.wal.segment.Format} says
 * what lies on the disk.
 */
@NullMarked
package dev.wal.segment;

import org.jspecify.annotations.NullMarked;
